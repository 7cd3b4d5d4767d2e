// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres

/// Where PostgreSQL runs: held to the directories of a restore, or, in a trial, alone with them.
extension RestoreWork {
    mutating func host(
        _ target: any RestoreTarget, _ binaries: PostgresBinaries, _ launcher: Launcher
    ) throws(RestoreError) -> ThisMachine {
        guard let foreign = world.foreignCode, !world.isContained else {
            return ThisMachine(binaries, launcher, confinement: try confinement(target))
        }
        let control = try DataDirectory(target.data).control()
        return try heldHost(foreign, target, binaries, launcher, control)
    }

    /// What puts a chain together, before there is a cluster: in a trial it reads foreign bytes, and is held as a server is.
    mutating func combiner(
        _ target: any RestoreTarget, _ binaries: PostgresBinaries, _ launcher: Launcher, last: String
    ) throws(RestoreError) -> ThisMachine {
        guard let foreign = world.foreignCode, !world.isContained else {
            return ThisMachine(binaries, launcher)
        }
        let control = try DataDirectory(last).control()
        return try heldHost(foreign, target, binaries, launcher, control)
    }

    private mutating func heldHost(
        _ foreign: ForeignCode, _ target: any RestoreTarget, _ binaries: PostgresBinaries,
        _ launcher: Launcher, _ control: ControlFile
    ) throws(RestoreError) -> ThisMachine {
        let found: Isolation
        if let isolation {
            found = isolation
        } else {
            found = try findIsolation(foreign, target, binaries, launcher, control)
            (isolation, report.isolation) = (found, found.words)
        }
        if !foreign.allowsWeakIsolation {
            try RestoreError.translating { () throws(PrivatePostgresError) in try found.require() }
        }
        return ThisMachine(binaries, launcher, isolation: found)
    }

    private func findIsolation(
        _ foreign: ForeignCode, _ target: any RestoreTarget, _ binaries: PostgresBinaries,
        _ launcher: Launcher, _ control: ControlFile
    ) throws(RestoreError) -> Isolation {
        // Without a program of ours between nothing would be held.
        guard let executable = world.executable else {
            throw .commandNotFound(
                "this program's own file cannot be found, by which foreign code is held",
                hint: "is /proc mounted?")
        }
        return Isolation.find(
            executable: executable, launcher: launcher,
            showing: binaries.folders + [target.path] + target.stagedTablespaces.values
                + [target.stagedWAL].compactMap(\.self),
            trying: target.data, running: [executable, binaries.path(.postgres), binaries.path(.psql)],
            largestFile: control.largestFile, memory: foreign.mostMemory,
            processors: foreign.processors)
    }

    /// Whether anything of the network was used, where the server had one of its own.
    func traffic(of connection: ServerConnection) -> [String] {
        guard let isolation, isolation.hasOwnNetwork, let packets = connection.packets else { return [] }
        return [packets == 0 ? "no packet was sent or received" : "\(packets) packets in its own network"]
    }
}

extension ControlFile {
    /// PostgreSQL cuts relations and WAL, so nothing that it writes is larger.
    fileprivate var largestFile: UInt64 {
        max(1 << 30, UInt64(blockSize) * UInt64(relationSegmentBlocks), UInt64(walSegmentSize))
    }
}
