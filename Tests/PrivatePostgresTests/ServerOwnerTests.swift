// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres
import Testing

@Suite struct `The owner of a restored directory` {
    @Test func `is told by name, else by numbers, as the option takes it`() {
        let named = ServerOwner(user: 26, group: 27, name: "postgres")
        #expect(named.argument == "postgres" && "\(named)" == "'postgres'")
        let numbered = ServerOwner(user: 26, group: 27, name: nil)
        #expect(numbered.argument == "26:27" && "\(numbered)" == "user 26:27")
    }
}
