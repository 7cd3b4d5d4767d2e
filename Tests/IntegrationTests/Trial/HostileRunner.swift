// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit

/// Who runs a trial of a hostile cluster, and on what a system.
enum HostileRunner: String, CustomStringConvertible {
    case root, nobody
    /// Where /proc hides from people what is not theirs or is closed to them, as in units with ProtectProc=invisible.
    case nobodyWithoutSight
    /// Where nobody can make a namespace of users; root makes all others.
    case rootWithoutUsers
    /// Where root makes no namespace, as in most containers.
    case rootWithoutNamespaces
    case nobodyWithoutNamespaces

    var description: String { rawValue }

    var isNobody: Bool { [.nobody, .nobodyWithoutSight, .nobodyWithoutNamespaces].contains(self) }

    /// What the record calls that which holds the cluster.
    var means: String {
        switch self {
        case .root, .nobody, .nobodyWithoutSight: "user, mount, network, IPC and process namespaces"
        case .rootWithoutUsers: "mount, network, IPC and process namespaces, as an unprivileged user"
        case .rootWithoutNamespaces, .nobodyWithoutNamespaces: "no namespaces"
        }
    }

    /// The wrapper is a namespace of users in which each is who he is, and in which no more are allowed.
    private var wrapper: [String] {
        let nobody = [
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
        ]
        let weak = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"]
        return switch self {
        case .root: []
        case .nobody: nobody
        case .nobodyWithoutSight:
            ["unshare", "--mount", "--", "sh", "-c", Self.hiding, "sh"] + nobody
        case .rootWithoutUsers: ["python3", "-c", Self.refusal]
        case .rootWithoutNamespaces: ["python3", "-c", Self.refusal] + weak
        case .nobodyWithoutNamespaces: ["python3", "-c", Self.refusal] + nobody
        }
    }

    private static let hiding = "mount -t proc -o hidepid=invisible proc /proc && exec \"$@\""

    private static let refusal = """
        import ctypes, os, sys
        libc = ctypes.CDLL(None, use_errno=True)
        (ready, tell_ready), (mapped, tell_mapped) = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            if libc.unshare(0x10000000) != 0: os._exit(125)
            os.write(tell_ready, b"x"); os.read(mapped, 1)
            with open("/proc/sys/user/max_user_namespaces", "w") as file: file.write("0")
            os.execvp(sys.argv[1], sys.argv[1:])
        os.read(ready, 1)
        for name in ["uid_map", "gid_map"]:
            with open(f"/proc/{child}/{name}", "w") as file: file.write("0 0 4294967295")
        os.write(tell_mapped, b"x")
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """

    /// Has the program run by it, which may then use the world's folders.
    func start(_ binary: inout Binary, in world: TrialWorld) async throws {
        binary.wrapper = wrapper
        guard isNobody else { return }
        try await Program("sh")([
            "-c", "chown -R 65534:65534 \"$@\"", "sh", binary.home.path, world.scratch,
        ])
        try await Program("sh")([
            "-c",
            "chmod -R a+rX \"$1\"; p=$1; while [ \"$p\" != / ]; do chmod a+x \"$p\"; p=$(dirname \"$p\"); done",
            "sh", world.restore.store,
        ])
        binary.environment["XDG_STATE_HOME"] = "\(binary.home.path)/state"
    }
}
