// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

@testable import Operations

@Suite struct `What is known of the bytes of backups` {
    @Test func `is not taken for nothing where the history cannot be read`() throws {
        let world = try OperationsWorld()
        let path = world.directory.path + "/history.sqlite"
        let memory = try Memory.opening(path, world.context())
        let place = BackupPlace(url: "memory:///store/one", label: "one")
        let pins = PinnedBackups(places: ["one": place], memory)
        #expect(try pins.contradiction(of: "one", []) == nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: (any Error).self) { try pins.contradiction(of: "one", []) }
    }
}
