// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// A program that runs on this machine.
final class LocalProgram: RunningProgram {
    private let process: ChildProcess
    private var output: OutputTail
    private let results: ProgramResults?

    init(_ process: ChildProcess, _ output: consuming OutputTail, _ results: ProgramResults?) {
        (self.process, self.results) = (process, results)
        self.output = output
    }

    var identifier: pid_t? { process.identifier }
    var ending: ProgramEnding? { process.ending }
    var heard: UInt64 { output.total }
    var resultSize: UInt64 { (try? results?.file.status())?.validators.size ?? 0 }

    var signs: LifeSigns? {
        let family = family
        guard !family.isEmpty else { return nil }
        return LifeSigns(
            titles: family.map(\.title), cpuTime: family.reduce(0) { $0 &+ $1.cpuTime })
    }

    private var family: [ProcessStatus] { process.family }

    func process(callingItself number: Int32) -> Int32? {
        family.first { $0.numbers.last == number }?.identifier
    }

    var emergencyEnd: @Sendable () -> Void { { [process] in process.endAtOnce() } }

    func wait(asLongAs meanwhile: () -> Bool) -> ProgramEnding? { process.wait(asLongAs: meanwhile) }

    func signal(_ number: Int32) { process.signal(number) }

    func hear(_ body: (String) -> Void) { output.read(body) }

    func hearRest(_ body: (String) -> Void) { output.finish(body) }

    func results(limit: Int) -> [UInt8]? {
        guard let results else { return [] }
        // The program wrote through the same open file, which stands at its end now.
        guard let size = try? results.file.status().validators.size, size <= UInt64(limit) else { return nil }
        return try? results.file.bytes(in: 0..<size)
    }

    func end(_ signals: [EndingSignal], in directory: String?) {
        for signal in signals {
            process.signal(signal.number)
            let deadline = ContinuousClock.now + signal.patience
            if process.wait(asLongAs: { ContinuousClock.now < deadline }) != nil { break }
        }
        var family = family
        process.signal(SIGKILL)
        _ = process.wait()
        // Its children notice its end by themselves; what they had started may not.
        if let directory { family += (try? ServerProcesses.inside(directory)) ?? [] }
        let deadline = ContinuousClock.now + .seconds(2)
        while family.contains(where: { $0.isRunning() }) && ContinuousClock.now < deadline { usleep(10_000) }
        for child in family where child.isRunning() { kill(child.identifier, SIGKILL) }
    }
}
