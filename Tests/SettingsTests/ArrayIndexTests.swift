// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Settings

@Suite struct `The index of a process in an array` {
    /// In words, such as `2 of 3`.
    private func read(_ values: [String: String]) throws -> String? {
        try ArrayIndex(Variables(values, origin: "test")).map { index in
            "\(index.index) of \(index.count.map(String.init) ?? "?")"
        }
    }

    @Test func `is what Kubernetes, AWS Batch and Slurm say`() throws {
        #expect(try read([:]) == nil)
        #expect(try read(["JOB_COMPLETION_INDEX": "2"]) == "2 of ?")
        #expect(try read(["AWS_BATCH_JOB_ARRAY_INDEX": "0"]) == "0 of ?")
        let batch = ["AWS_BATCH_JOB_ARRAY_INDEX": "4", "AWS_BATCH_JOB_ARRAY_SIZE": "5"]
        #expect(try read(batch) == "4 of 5")
        let slurm = [
            "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "3",
        ]
        #expect(try read(slurm) == "2 of 3")
        let stepped = [
            "SLURM_ARRAY_TASK_ID": "14", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "3",
            "SLURM_ARRAY_TASK_STEP": "2",
        ]
        #expect(try read(stepped) == "2 of 3")
    }

    @Test(arguments: [
        ["JOB_COMPLETION_INDEX": "x"], ["JOB_COMPLETION_INDEX": "-1"],
        ["AWS_BATCH_JOB_ARRAY_INDEX": "99999999999999999999"],
        ["SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "2"],
        ["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_STEP": "2"],
    ]) func `is refused when it is none`(_ values: [String: String]) {
        #expect(throws: SettingsError.self) { try read(values) }
    }
}
