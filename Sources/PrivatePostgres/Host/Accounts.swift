// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where the names of users are looked up.
struct Accounts: Sendable {
    struct Entry: Sendable, Equatable {
        var name: String
        var user: uid_t
        var group: gid_t
    }

    var byName: @Sendable (String) -> Entry?
    var byUser: @Sendable (uid_t) -> Entry?

    static let system = Accounts(
        byName: { name in unsafe entry { unsafe getpwnam_r(name, $0, $1, $2, $3) } },
        byUser: { user in unsafe entry { unsafe getpwuid_r(user, $0, $1, $2, $3) } })

    private typealias Lookup = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func entry(_ lookup: Lookup) -> Entry? {
        var record = unsafe passwd()
        var buffer = [CChar](repeating: 0, count: 64 << 10)
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            var found: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress, unsafe lookup(&record, start, buffer.count, &found) == 0,
                unsafe found != nil
            else { return nil }
            return unsafe Entry(
                name: String(cString: record.pw_name), user: record.pw_uid, group: record.pw_gid)
        }
    }
}
