// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A container is named by its id or by its name.
extension Engine {
    /// Makes a container and starts nothing; returns its id.
    ///
    /// - Throws: `.missing` when the engine does not have the image, `.conflict` when the name is taken.
    public func createContainer(_ plan: ContainerPlan, named name: String) throws(EngineError) -> String {
        let call = EngineCall(
            .post, ["containers", "create"], query: [("name", name)], step: "making container '\(name)'",
            of: (.image, plan.image)
        ).with(json: NewContainer(plan)).with(patience: 300)
        return try channel.ask(call, for: Made.self).id
    }

    /// Starts its first program; one that runs already is no error.
    ///
    /// A program that cannot be started at all is `.refused`; one that ends at once is found by `wait`.
    public func start(_ container: String) throws(EngineError) {
        let call = EngineCall(
            .post, ["containers", .name(container), "start"], step: "starting container '\(container)'",
            of: (.container, container))
        _ = try channel.ask(call.with(patience: 120))
    }

    /// What the engine says of it now; nil when there is none.
    public func container(_ container: String) throws(EngineError) -> Container? {
        do throws(EngineError) { return try look(at: container) } catch {
            if case .missing = error { return nil }
            throw error
        }
    }

    /// Waits until its first program has ended, and returns what became of it: for so many seconds, or however long that takes.
    ///
    /// One that was never started is waited for, too.
    ///
    /// - Throws: `.stalled` when it has not ended by then.
    public func wait(for container: String, patience: Int = 0) throws(EngineError) -> Container {
        let call = EngineCall(
            .post, ["containers", .name(container), "wait"], step: "waiting for container '\(container)'",
            of: (.container, container)
        ).with(patience: patience)
        _ = try channel.ask(call)
        return try look(at: container)
    }

    /// Sends a signal, such as `SIGINT`, to its first program.
    ///
    /// - Throws: `.conflict` when it does not run.
    public func kill(_ container: String, signal: String = "SIGKILL") throws(EngineError) {
        let call = EngineCall(
            .post, ["containers", .name(container), "kill"], query: [("signal", signal)],
            step: "sending \(signal) to container '\(container)'", of: (.container, container))
        _ = try channel.ask(call)
    }

    /// Sends the stop signal of its plan, and SIGKILL when it still runs after so many seconds.
    ///
    /// Returns when it has ended. One that does not run is no error.
    public func stop(_ container: String, seconds: Int = 10) throws(EngineError) {
        let call = EngineCall(
            .post, ["containers", .name(container), "stop"], query: [("t", "\(seconds)")],
            step: "stopping container '\(container)'", of: (.container, container))
        _ = try channel.ask(call.with(patience: seconds + 60))
    }

    /// Ends what runs in it and removes it with the volumes that have no name; one that is not there is no error.
    public func removeContainer(_ container: String) throws(EngineError) {
        let call = EngineCall(
            .delete, ["containers", .name(container)], query: [("force", "1"), ("v", "1")],
            step: "removing container '\(container)'", of: (.container, container))
        do throws(EngineError) { _ = try channel.ask(call.with(patience: 300)) } catch {
            if case .missing = error { return }
            throw error
        }
    }

    /// The containers, running or not, that have a label, and this value of it unless that is nil.
    public func containers(
        labelled label: String, _ value: String? = nil
    ) throws(EngineError) -> [ListedContainer] {
        let call = EngineCall(
            .get, ["containers", "json"], query: [("all", "1"), ("filters", Self.filter(label, value))],
            step: "listing containers")
        return try channel.ask(call, for: [ListedContainer].self)
    }

    private func look(at container: String) throws(EngineError) -> Container {
        let call = EngineCall(
            .get, ["containers", .name(container), "json"], step: "looking at container '\(container)'",
            of: (.container, container))
        return try channel.ask(call, for: Container.self)
    }

    /// What every making of something answers.
    struct Made: Decodable {
        var id: String
        enum CodingKeys: String, CodingKey { case id = "Id" }
    }
}
