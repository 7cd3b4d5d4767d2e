// SPDX-License-Identifier: Apache-2.0
import CLinux

/// This process as the system sees it.
public enum OwnProcess {
    /// The shared libraries that it has loaded, what loads them included: absolute paths, under the names by which programs
    /// ask for them, which those of the files behind links are not.
    ///
    /// None for a program that has all in itself.
    public static var libraries: [String] {
        var paths: [String] = []
        unsafe withUnsafeMutablePointer(to: &paths) { paths in
            unsafe pgb_each_library(
                { path, context in
                    guard let path = unsafe path, let context = unsafe context else { return }
                    unsafe context.assumingMemoryBound(to: [String].self).pointee.append(
                        String(cString: path))
                }, paths)
        }
        return paths
    }

    /// Closes this process to others of the same user: they can neither look into it nor change what it does.
    ///
    /// Programs that it starts are open again.
    public static func closeToOthers() throws(SystemError) {
        guard pgb_close_to_others() == 0 else { throw .last }
    }
}
