// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import DockerEngine

/// The image in whose containers PostgreSQL runs.
struct TrialImage {
    let name: String
    let image: Image

    /// The engine's, pulled where that is allowed; `report` is told how far that is.
    ///
    /// One of another machine is refused, and one that says itself that it is of another version.
    init(
        _ order: ContainerOrder, version: Int?, of label: String, _ engine: Engine,
        report: (PullProgress) -> Void = { _ in }
    ) throws {
        guard let text = order.image ?? version.map({ "postgres:\($0)" }) else {
            throw ContainerTrouble.noVersion(label)
        }
        guard let name = ImageName(text) else { throw ContainerTrouble.noName(text) }
        self.name = "\(name)"
        var found = order.pull == .always ? nil : try engine.image(name)
        if found == nil, order.pull != .never { found = try engine.pull(name, report: report) }
        guard let found else { throw ContainerTrouble.noImage("\(name)") }
        image = found
        try check(version)
    }

    private func check(_ version: Int?) throws(ContainerTrouble) {
        let (its, ours) = (image.architecture, ThisMachineKind.architecture)
        guard its.isEmpty || its == ours else {
            throw .otherMachine(image: name, its: its, ours: ours)
        }
        guard let version, let major = image.environment["PG_MAJOR"].flatMap({ Int($0) }), major != version
        else { return }
        throw .otherVersion(image: name, its: major, needed: version)
    }

    /// Whom programs run as: the image's own user, `postgres` where that is root.
    var user: String { ["", "root", "0", "0:0"].contains(image.user) ? "postgres" : image.user }

    /// By which it is known for sure.
    var digest: String { image.digests.first ?? image.id }
}

/// What this program was built for, in the words that images have for it.
enum ThisMachineKind {
    static var architecture: String {
        #if arch(x86_64)
        "amd64"
        #elseif arch(arm64)
        "arm64"
        #else
        "unknown"
        #endif
    }
}
