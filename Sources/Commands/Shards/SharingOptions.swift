// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Diagnostics
import Operations
import Settings

/// How a sweep is shared among machines.
struct SharingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the plan for several machines into this file or object, and do nothing of it.",
            valueName: "file|s3-url"))
    var makePlan: String?

    @Option(help: ArgumentHelp("Do a part of this plan, without a history.", valueName: "file|s3-url"))
    var plan: String?

    @Option(
        help: ArgumentHelp(
            "Which part, and of how many: 0/3 is the first of three. Left out, the engine says that runs the array.",
            valueName: "i/n"))
    var shard: String?

    @Option(
        help: ArgumentHelp(
            "How many parts there are, where the engine only says which one this is.", valueName: "n"))
    var shards: Int?

    @Option(
        help: ArgumentHelp(
            "Put what was proven into this directory or folder of a bucket.",
            valueName: "directory|s3-url"))
    var results: String?

    func validate() throws {
        if makePlan != nil && plan != nil {
            throw ValidationError("--make-plan and --plan exclude each other.")
        }
        if plan == nil, shard != nil || shards != nil || results != nil {
            throw ValidationError("--shard, --shards and --results are for a part of a plan: --plan FILE.")
        }
        if shard != nil && shards != nil {
            throw ValidationError("--shard says how many there are; leave --shards out.")
        }
    }

    /// Which part, from 0, of how many.
    func part() throws -> (index: Int, count: Int) {
        if let shard { return try Self.part(shard) }
        guard let told = try ArrayIndex.current() else {
            throw CommandError.missingArgument(
                "--shard", hint: "such as 0/3; indexed Jobs, AWS Batch and Slurm say it by themselves.")
        }
        if let shards, let count = told.count, count != shards {
            throw CommandError.usage(
                "--shards \(shards), and the array has \(count)", hint: "leave --shards out.")
        }
        guard let count = told.count ?? shards else {
            throw CommandError.missingArgument(
                "--shards", hint: "the engine does not say how many there are.")
        }
        return (told.index, count)
    }

    private static func part(_ text: String) throws -> (Int, Int) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1] else {
            throw CommandError.usage("'\(shown(text))' is no part of a plan", hint: "such as 0/3.")
        }
        return (index, count)
    }
}

extension Configuration {
    /// What plans and bundles are signed with.
    func sharedSecret() throws -> Secret {
        guard let shards else { throw ShardError.noSecret }
        return try shards.secret.read()
    }

    /// Where plans and bundles may be.
    func meetingPlaces(_ application: Application) -> MeetingPlaces {
        MeetingPlaces(shards?.reach, application.context)
    }
}
