// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import TestKit
import Testing
import Verifier

@Suite struct SecondLookTests {
    private static let base: ObjectName = "20251027T143000/base.tar.gz"

    @Test(arguments: [false, true])
    func `wrong and then right is verified, with a warning`(isPinned: Bool) throws {
        let world = try World(.tar())
        if isPinned { try world.verify() }
        let before = world.store.requests.count
        world.store.setFault { request, _ in
            request.name == Self.base && !request.isSecondLook ? .flip(byte: 5000, bit: 3) : nil
        }
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(report.codes == [.unstableRead])
        #expect(world.store.requests.dropFirst(before).contains { $0.isSecondLook })
    }

    @Test(arguments: [false, true])
    func `wrong in two ways is inconclusive`(isPinned: Bool) throws {
        let world = try World(.tar())
        if isPinned { try world.verify() }
        world.store.setFault { request, _ in
            request.name == Self.base ? .flip(byte: request.isSecondLook ? 9000 : 100, bit: 3) : nil
        }
        let report = try world.verify()
        #expect(report.exitStatus == .inconclusive)
        #expect(report.codes == [.unstableRead])
    }

    @Test func `damage is said only after a second look`() throws {
        let world = try World(.tar())
        world.store.flip(Self.base, byte: 3)
        try world.verify()
        #expect(world.store.requests.filter { $0.name == Self.base && $0.isSecondLook }.count == 1)
    }

    @Test(arguments: [
        ObjectStoreError.gaveUp("object", attempts: "6 attempts: connection reset"),
        .denied("object", reason: "AccessDenied", hint: "ask"),
        .coldStorage("base.tar.gz", storageClass: "GLACIER"),
        .misbehaving("object", reason: "nonsense"),
    ])
    func `a failing store is inconclusive, never damage and never success`(error: ObjectStoreError) throws {
        let world = try World(.tar())
        world.store.setFault { request, _ in request.name == Self.base ? .error(error) : nil }
        for _ in 0..<2 { #expect(try world.verify().exitStatus == .inconclusive) }
        world.store.setFault(nil)
        #expect(try world.verify().verdict == .verified)
    }

    @Test func `an object that changes once is read again, and twice is inconclusive`() throws {
        let world = try World(.tar())
        let changed = ObjectStoreError.changed(Self.base, expected: "v1", found: "v2")
        world.store.setFault { request, number in
            request.name == Self.base && number == 0 ? .error(changed) : nil
        }
        #expect(try world.verify().verdict == .verified)
        world.store.setFault { request, _ in request.name == Self.base ? .error(changed) : nil }
        let report = try world.verify()
        #expect(report.exitStatus == .inconclusive)
        #expect(report.codes == [.objectChanging])
    }
}
