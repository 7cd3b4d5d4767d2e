// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import PrivatePostgres

extension StoreAddress {
    /// The same store as it was at a time: `2026-11-02T03:00:00Z`, or with another zone.
    ///
    /// Throws what an option has to say of a time that is none, has no zone, or is still to come.
    public func seen(asOf text: String?, _ context: OperationContext) throws -> StoreAddress {
        guard let text else { return self }
        let time = try PostgresTime.parse(text, of: "--as-of")
        guard time <= context.clock.now else {
            throw OperationError.usage(
                "--as-of \(text) is still to come", hint: "leave it out to see what is there now.")
        }
        var address = self
        address.asOf = time
        return address
    }
}
