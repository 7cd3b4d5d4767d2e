// SPDX-License-Identifier: Apache-2.0
public import Glibc

extension ProcessStatus {
    /// Every process that can be seen.
    public static func all() throws(SystemError) -> [ProcessStatus] {
        var all: [ProcessStatus] = []
        for name in try FileDescriptor(folderAt: "/proc").names() {
            guard let identifier = pid_t(String(decoding: name, as: UTF8.self)) else { continue }
            if let process = try look(at: identifier) { all.append(process) }
        }
        return all
    }

    /// A process, its children and theirs; empty when it has ended.
    ///
    /// Of one that `/proc` hides from this user: those of its process group, their children and theirs.
    public static func family(of ancestor: pid_t) -> [ProcessStatus] {
        var family = heads(ancestor)
        var position = 0
        // What is read one after another is no snapshot: a number used anew could make a circle.
        var seen = Set(family.map(\.identifier) + [ancestor])
        // Kernels without lists of children are asked for every process once.
        lazy var byParent = Dictionary(grouping: (try? all()) ?? [], by: \.parent)
        while position < family.count {
            let parent = family[position].identifier
            let children = listedChildren(of: parent) ?? byParent[parent] ?? []
            family += children.filter { seen.insert($0.identifier).inserted }
            position += 1
        }
        return family
    }

    private static func heads(_ ancestor: pid_t) -> [ProcessStatus] {
        do { return [try look(at: ancestor)].compactMap(\.self) } catch {
            return ((try? all()) ?? []).filter { $0.group == ancestor }
        }
    }

    /// Nil where the kernel does not say; PostgreSQL and shells start children from their first thread only.
    private static func listedChildren(of parent: pid_t) -> [ProcessStatus]? {
        file("\(parent)/task/\(parent)/children").map { bytes in
            String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
                .compactMap { ProcessStatus($0) }
        }
    }
}
