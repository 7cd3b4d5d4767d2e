// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What the package manager makes the program's `main` of, in place of libFuzzer's own.
int Fuzz_main(int argc, char **argv);
