// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why an engine did not do what it was asked for.
///
/// Nothing of this is the fault of a backup. Messages hold the engine's own words, shortened and fit for a terminal.
public enum EngineError: UserError, Equatable {
    /// What an engine keeps.
    public enum Thing: String, Sendable, Equatable {
        case image, container, volume, program
        /// A path inside of a container.
        case path
    }

    /// An address, a context or an engine that this program cannot use.
    case unsupported(String, reason: String, hint: String)
    /// There is no version of the API that both sides speak.
    case incompatible(String, speaks: String)
    /// There is no socket at any of the usual places.
    case absent(places: [String])
    /// The socket is not there, or nobody answers on it.
    case notRunning(socket: String)
    /// The system does not let us use the socket.
    case forbidden(socket: String)
    /// The engine knows nothing of that name.
    case missing(Thing, String)
    /// An image could not be got from its registry.
    case pullRefused(image: String, reason: String)
    /// Something else is in the way: a name that is taken, a volume in use, a container that does not run.
    case conflict(String, reason: String)
    /// The engine's file system is full.
    case noSpace(String, reason: String)
    /// The machine had no memory for it.
    case outOfMemory(String, reason: String)
    /// Any other refusal, with the status of the answer.
    case refused(String, status: Int, reason: String)
    /// The engine went away before it had answered, so that nobody knows what it did.
    case connectionLost(String, reason: String)
    /// Nothing came for too long.
    case stalled(String)
    /// An answer that makes no sense, or is too long.
    case misbehaving(String, reason: String)
    /// This process was asked to stop.
    case interrupted(ExitStatus)
}

extension EngineError {
    /// Names the step, the socket or the thing that it is about, then the reason.
    public var message: String {
        switch self {
        case .unsupported(let what, let reason, _): "\(what) cannot be used: \(reason)"
        case .incompatible(let product, let versions):
            "\(product) speaks version \(versions) of the Engine API, this program \(APIVersion.ours.lowerBound) to \(APIVersion.ours.upperBound)"
        case .absent: "no container engine was found"
        case .notRunning(let socket): "no container engine answers on '\(socket)'"
        case .forbidden(let socket): "the container engine's socket '\(socket)' may not be used by this user"
        case .missing(let thing, let name): "the engine has no \(thing.rawValue) '\(name)'"
        case .pullRefused(let image, let reason): "image '\(image)' could not be pulled: \(reason)"
        case .conflict(let step, let reason): "\(step) failed: \(reason)"
        case .noSpace(let step, let reason): "\(step) failed: the engine's disk is full (\(reason))"
        case .outOfMemory(let step, let reason): "\(step) failed: out of memory (\(reason))"
        case .refused(let step, let status, let reason): "\(step) failed: \(reason) (status \(status))"
        case .connectionLost(let step, let reason): "\(step) failed: the engine went away (\(reason))"
        case .stalled(let step): "\(step) failed: the engine gives no answer"
        case .misbehaving(let step, let reason):
            "\(step) failed: the engine's answer makes no sense: \(reason)"
        case .interrupted: "interrupted"
        }
    }

    /// One at most; none where the message says all that is known.
    public var hints: [String] {
        switch self {
        case .unsupported(_, _, let hint): [hint]
        case .incompatible: ["the older of the two needs an update."]
        case .absent(let places):
            [
                "install docker or podman, or set DOCKER_HOST=unix:///PATH; looked for \(places.joined(separator: ", "))."
            ]
        case .notRunning:
            ["is it running? try 'systemctl start docker', or 'systemctl --user start podman.socket'."]
        case .forbidden:
            ["be a member of the socket's group (which is as much as being root), or use a rootless engine."]
        case .missing(.image, let name): ["get it with 'docker pull \(name)', or let this program pull it."]
        case .pullRefused(_, let reason): [Self.remedy(ofRefusal: reason)]
        case .noSpace: ["'docker system df' shows what takes the room."]
        case .outOfMemory: ["give the container or the machine more memory."]
        case .connectionLost, .stalled: ["its own log says more; nothing was said about the backup."]
        case .missing, .conflict, .refused, .misbehaving, .interrupted: []
        }
    }

    /// 10 without an engine or image to use, 14 for one that is not supported, that of the signal when interrupted, else 5.
    public var exitStatus: ExitStatus {
        switch self {
        case .unsupported: .usage
        case .incompatible, .absent, .notRunning, .forbidden, .missing(.image, _): .commandNotFound
        case .missing, .pullRefused, .conflict, .noSpace, .outOfMemory, .refused, .connectionLost, .stalled,
            .misbehaving:
            .inconclusive
        case .interrupted(let status): status
        }
    }

    private static func remedy(ofRefusal reason: String) -> String {
        let reason = reason.lowercased()
        if reason.contains("toomanyrequests") || reason.contains("rate limit") {
            return "the registry wants less of us: wait, or pull the image yourself after 'docker login'."
        }
        if ["denied", "unauthorized", "authentication"].contains(where: reason.contains) {
            return "is the name right? for a registry with a login, pull the image yourself."
        }
        return "can the engine reach the registry? an image that is there already needs no pull."
    }
}

extension String {
    /// Without what could steer a terminal, and not longer than a message should be.
    var printable: String {
        let longest = 500
        let text = unicodeScalars.prefix(longest).map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || (0x200B...0x206F).contains(scalar.value)
                ? " " : String(scalar)
        }.joined()
        return unicodeScalars.count > longest ? text + "…" : text
    }
}
