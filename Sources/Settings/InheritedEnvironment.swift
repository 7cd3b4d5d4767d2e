// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Settings {
    /// The environment as it is, to be handed on to a process that does a part of this one's work.
    ///
    /// It may hold keys: it is not kept, and never shown.
    public static var inherited: [String: String] { ProcessInfo.processInfo.environment }
}
