// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// As whom, and on which database, the scripts of `restore --post-init` are run.
///
/// From the environment or `.env`: POST_INIT_SCRIPT_USER, POST_INIT_SCRIPT_PASSWORD, POST_INIT_SCRIPT_DATABASE.
public struct PostInitSettings: Sendable, Equatable {
    /// The role that psql connects as; nil when nobody says.
    public var user: String?
    /// Of that role; nil where the server asks for none, or nobody says.
    public var password: Secret?
    /// The database in which the scripts begin; nil when nobody says.
    public var database: String?

    init(_ variables: Variables) {
        user = variables["POST_INIT_SCRIPT_USER"]
        password = variables["POST_INIT_SCRIPT_PASSWORD"].map { Secret($0) }
        database = variables["POST_INIT_SCRIPT_DATABASE"]
    }
}
