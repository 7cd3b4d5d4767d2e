// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Operations
import TestKit
import Testing

@testable import Service

@Suite struct `A history that is taken away from a running service` {
    private let service: HandSetService

    init() throws { service = try HandSetService() }

    private func move(_ from: String, _ to: String) throws {
        let folder = service.folder.path
        for ending in ["", "-wal", "-shm"] {
            let file = "\(folder)/\(from)\(ending)"
            guard FileManager.default.fileExists(atPath: file) else { continue }
            try FileManager.default.moveItem(atPath: file, toPath: "\(folder)/\(to)\(ending)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `is said to be away, made by nobody anew, and used again when it is back`() throws {
        try service.run(slots: 2)
        #expect(service.sweeps == 2)
        try move("h.sqlite", "away.sqlite")
        try service.run(slots: 2)
        #expect(service.said.all.count { $0 == "a sweep failed" } == 2, "\(service.said.all)")
        #expect(!FileManager.default.fileExists(atPath: "\(service.folder.path)/h.sqlite"))
        let told = try String(contentsOfFile: "\(service.folder.path)/told", encoding: .utf8)
        #expect(told.split(separator: "\n").count { $0.contains("history-unusable") } == 1, "\(told)")
        try move("away.sqlite", "h.sqlite")
        try service.run(slots: 2)
        #expect(service.sweeps == 4)
        let missed = try service.missedSlots()
        #expect(missed == 2, "what was to be done meanwhile is not forgotten")
    }
}
