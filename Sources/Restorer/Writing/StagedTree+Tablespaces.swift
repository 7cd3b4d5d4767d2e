// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Files
import PrivatePostgres

extension StagedTree {
    /// Makes the folder that PostgreSQL has in each tablespace, such as `PG_15_202209061`, where no file made it.
    ///
    /// Without it the server cannot make a table there.
    func makeTablespaceFolders() throws(RestoreError) {
        let data = DataDirectory(data.path)
        for root in tablespaces.values {
            do throws(SystemError) { if try !root.descriptor.names().isEmpty { continue } } catch {
                throw .failed("reading", root.path, error)
            }
            let name = "PG_\(try data.majorVersion())_\(try data.control().catalogVersion)"
            do throws(SystemError) {
                _ = try folder([Array(name.utf8)[...]], in: root, isForGroup: false)
            } catch { throw .failed("making", "\(root.path)/\(name)", error) }
        }
    }
}
