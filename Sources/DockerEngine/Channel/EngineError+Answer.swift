// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import HTTP

extension EngineError {
    /// What a refusal means: its status, and the engine's words, by which the host's troubles are known.
    init(status: Int, body: [UInt8], to call: EngineCall) {
        self.init(status: status, reason: Self.reason(in: body), to: call)
    }

    init(status: Int, reason: String, to call: EngineCall) {
        if let shortage = Self.shortage(call.step, reason) {
            self = shortage
        } else if status == 404, let (thing, name) = call.subject {
            self = .missing(thing, name)
        } else if status == 409 || Self.isConflict(reason) {
            self = .conflict(call.step, reason: reason)
        } else {
            self = .refused(call.step, status: status, reason: reason)
        }
    }

    /// Podman answers 500 where Docker answers 409.
    private static func isConflict(_ reason: String) -> Bool {
        ["container state improper", "is already in use", "volume is being used"].contains {
            reason.contains($0)
        }
    }

    /// The words are those of the operating system, which the engine hands on.
    static func shortage(_ step: String, _ reason: String) -> EngineError? {
        let text = reason.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says("no space left on device", "disk quota exceeded") { return .noSpace(step, reason: reason) }
        if says("cannot allocate memory", "out of memory") { return .outOfMemory(step, reason: reason) }
        return nil
    }

    private struct Answer: Decodable {
        var message: String?
    }

    /// `{"message": "…"}`; whatever else came is shown as it is.
    private static func reason(in body: [UInt8]) -> String {
        let said = try? JSONDecoder().decode(Answer.self, from: Data(body)).message
        let text = said ?? String(decoding: body.prefix(2000), as: UTF8.self)
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? "no reason given" : trimmed.printable
    }

    /// What no answer at all means.
    init(_ error: HTTPError, on address: EngineAddress, to call: EngineCall, _ cancellation: Cancellation) {
        switch (error.kind, error.systemError) {
        case (.interrupted, _): self = .interrupted(cancellation.exitStatus ?? .interrupted)
        case (.connect, EACCES?), (.connect, EPERM?): self = .forbidden(socket: address.socket)
        case (.connect, ENOENT?), (.connect, ENOTDIR?), (.connect, ECONNREFUSED?), (.connect, ENOTSOCK?):
            self = .notRunning(socket: address.socket)
        case (.stalled, _): self = .stalled(call.step)
        case (.malformed, _), (.headersTooLarge, _), (.configuration, _):
            self = .misbehaving(call.step, reason: error.message.printable)
        default: self = .connectionLost(call.step, reason: error.message.printable)
        }
    }
}
