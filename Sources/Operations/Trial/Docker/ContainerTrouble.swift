// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

/// Why a trial in a container came to nothing; none of it but `.overdue` says anything of the backup.
enum ContainerTrouble: UserError, Equatable {
    /// The name of an image is none.
    case noName(String)
    /// Nothing says of which version the backup is before it is read.
    case noVersion(String)
    case noImage(String)
    /// Nobody of that name is in the image.
    case noUser(image: String, user: String)
    case otherMachine(image: String, its: String, ours: String)
    case otherVersion(image: String, its: Int, needed: Int)
    /// Our own files cannot be read, to be put into the container.
    case noProgram(String)
    case outOfMemory(limit: UInt64)
    /// It did not come to its end in this time.
    case overdue(Duration)
    /// Somebody has taken the container away.
    case gone
    /// The program in the container ended before it had said what it saw.
    case ended(status: Int, said: String)
    case misbehaved(String)

    var message: String {
        switch self {
        case .noName(let name): "'\(ObjectName(name))' is no name of an image"
        case .noVersion(let label): "nothing says of which version of PostgreSQL \(label) is"
        case .noImage(let image): "the engine has no image '\(image)', and it is not to be pulled"
        case .noUser(let image, let user): "image '\(image)' has no user '\(user)'"
        case .otherMachine(let image, let its, let ours):
            "image '\(image)' is for \(its), and this program for \(ours)"
        case .otherVersion(let image, let its, let needed):
            "image '\(image)' is of PostgreSQL \(its), and the backup needs \(needed)"
        case .noProgram(let reason): "this program cannot be put into a container: \(reason)"
        case .outOfMemory(let limit):
            "the container ran out of memory (\(Units.bytes(limit)))"
        case .overdue(let time):
            "the trial did not come to its end in \(Units.duration(Double(time.components.seconds)))"
        case .gone: "the container was taken away while the trial ran"
        case .ended(let status, let said):
            "the program in the container ended with status \(status)\(said.isEmpty ? "" : ": \(said)")"
        case .misbehaved(let reason): "the program in the container does not speak as it should: \(reason)"
        }
    }

    var hints: [String] {
        switch self {
        case .noName: ["such as postgres:17 or registry.example.com/postgres:17-alpine."]
        case .noVersion: ["name an image of its version: --image postgres:MAJOR."]
        case .noImage(let image): ["get it with 'docker pull \(image)', or allow it: --pull missing."]
        case .noUser: ["is it an image of PostgreSQL? name another one: --image."]
        case .otherMachine: ["pull the image for this machine, or name another one: --image."]
        case .otherVersion(_, _, let needed): ["name another one: --image postgres:\(needed)."]
        case .noProgram: ["--runtime local runs the trial here."]
        case .outOfMemory: ["give it more: --memory 4G."]
        case .overdue:
            ["PostgreSQL may never become ready; where it only is slow, allow it more: --time-limit."]
        case .gone, .ended, .misbehaved: ["nothing was said about the backup; try again."]
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .noName: .usage
        case .noVersion, .noImage, .noUser, .otherMachine, .otherVersion, .noProgram: .commandNotFound
        case .outOfMemory, .gone, .ended, .misbehaved: .inconclusive
        case .overdue: .trialFailed
        }
    }
}
