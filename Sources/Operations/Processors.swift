// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The processors of this machine.
public enum Processors {
    /// How many there are: as many jobs keep them busy.
    public static var count: Int { min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 64) }
}
