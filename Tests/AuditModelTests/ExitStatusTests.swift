// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Testing

@Suite struct `Exit statuses` {
    @Test func `the most severe outcome wins: 6, 1, 18, 17, 15, 5, 7, 9, 0`() {
        let order: [Int32] = [6, 1, 18, 17, 15, 5, 7, 9, 0]
        let statuses = order.compactMap(ExitStatus.init(rawValue:))
        #expect(statuses.count == order.count)
        for (index, worst) in statuses.enumerated() {
            #expect(ExitStatus.mostSevere(statuses[index...]) == worst)
            #expect(ExitStatus.mostSevere(statuses[index...].reversed()) == worst)
        }
    }

    @Test func `an interruption outranks every outcome, and nothing is success`() {
        #expect(ExitStatus.mostSevere([.tampered, .interrupted, .success]) == .interrupted)
        #expect(ExitStatus.mostSevere([]) == .success)
    }

    @Test func `a secret shows itself only when asked`() {
        let secret = Secret("hush")
        var text =
            "\(secret) \(String(reflecting: secret)) \([secret]) \(String(describing: Optional(secret)))"
        dump(secret, to: &text)
        #expect(!text.contains("hush"))
        #expect(secret.revealed == "hush")
    }
}
