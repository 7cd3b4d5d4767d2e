// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore
public import Settings

/// Finds the places in which machines meet: directories, and buckets that are reached as `shards:` of the configuration says.
public struct MeetingPlaces: Sendable {
    private let reach: StoreConfiguration?
    private let context: OperationContext

    /// `reach` says how buckets are reached; the environment fills what it leaves open.
    public init(_ reach: StoreConfiguration?, _ context: OperationContext) {
        (self.reach, self.context) = (reach, context)
    }

    /// A directory, or `s3://bucket/prefix`; nothing is asked yet.
    public func place(_ path: String) throws -> any MeetingPlace {
        guard !path.isEmpty else { throw Self.empty }
        guard path.hasPrefix("s3://") else { return ResultFolder(path) }
        do throws(ObjectStoreError) { _ = try S3Location(path) } catch {
            throw ShardError.usage(error.message, hint: "write it as s3://BUCKET/PREFIX.")
        }
        let address: StoreAddress
        if var reach {
            reach.location = path
            address = try StoreAddress(reach)
        } else {
            address = StoreAddress(path, try Settings.current(SettingsOptions()))
        }
        return ResultBucket(try StoreOpening(address: address, context: context).openToWrite())
    }

    /// A file, or `s3://bucket/key`.
    public func point(_ path: String) throws -> MeetingPoint {
        guard !path.isEmpty else { throw Self.empty }
        let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        let (folder, name) = (String(path[..<start]), String(path[start...]))
        guard !name.isEmpty, folder != "s3://" else {
            throw ShardError.usage("'\(ObjectName(path))' names no file", hint: "name one.")
        }
        return MeetingPoint(place: try place(folder.isEmpty ? "." : folder), name: name, path: path)
    }

    private static var empty: ShardError {
        .usage("a path is empty", hint: "name a directory or a file.")
    }
}
