// SPDX-License-Identifier: Apache-2.0

extension Engine {
    /// The image of a name; nil when the engine has none.
    public func image(_ name: ImageName) throws(EngineError) -> Image? {
        let call = EngineCall(
            .get, ["images", .image(name), "json"], step: "looking at image '\(name)'",
            of: (.image, name.description))
        do throws(EngineError) { return try channel.ask(call, for: Image.self) } catch {
            if case .missing = error { return nil }
            throw error
        }
    }

    /// Gets an image from its registry, without a login, and returns it.
    ///
    /// `report` is told whenever something came. An engine that is silent for five minutes has stalled.
    @discardableResult
    public func pull(
        _ name: ImageName, report: (PullProgress) -> Void = { _ in }
    ) throws(EngineError) -> Image {
        let step = "pulling image '\(name)'"
        let call = EngineCall(
            .post, ["images", "create"],
            query: [("fromImage", name.repository), ("tag", name.digest ?? name.tag)], step: step
        ).with(patience: 300)
        var told = PullReport()
        func taking(_ take: (inout PullReport) throws(PullReport.Fault) -> Void) throws(EngineError) {
            do throws(PullReport.Fault) { try take(&told) } catch {
                throw Self.meaning(of: error, pulling: name, step)
            }
            report(told.progress)
        }
        do throws(EngineError) {
            try channel.stream(call) { bytes throws(EngineError) in
                try taking { (told) throws(PullReport.Fault) in try told.receive(bytes) }
                return true
            }
        } catch {
            guard case .refused(_, _, let reason) = error else { throw error }
            throw .pullRefused(image: name.description, reason: reason)
        }
        try taking { (told) throws(PullReport.Fault) in try told.finish() }
        guard let image = try image(name) else { throw .missing(.image, name.description) }
        return image
    }

    private static func meaning(
        of fault: PullReport.Fault, pulling name: ImageName, _ step: String
    ) -> EngineError {
        switch fault {
        case .malformed: .misbehaving(step, reason: "its report is no JSON")
        case .refused(let reason):
            .shortage(step, reason) ?? .pullRefused(image: name.description, reason: reason)
        }
    }
}
