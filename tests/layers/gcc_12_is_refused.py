"""Configures the project with GCC 12 and expects CMake to refuse it with the reason.

usage: gcc_12_is_refused.py SOURCE_DIRECTORY
"""

import shutil
import subprocess
import sys
import tempfile


def main():
    gcc = shutil.which("gcc-12")
    gxx = shutil.which("g++-12")
    if not gcc or not gxx:
        print("SKIP: GCC 12 (Debian package g++-12) is not installed here, so nothing is there to refuse")
        return 77
    with tempfile.TemporaryDirectory() as build:
        run = subprocess.run(
            ["cmake", "-S", sys.argv[1], "-B", build, "-G", "Ninja",
             f"-DCMAKE_C_COMPILER={gcc}", f"-DCMAKE_CXX_COMPILER={gxx}"],
            capture_output=True, text=True, check=False)
    print(run.stderr)
    # CMake breaks the lines of a message where it likes.
    said = " ".join(run.stderr.split())
    refused = run.returncode != 0 and "GCC 12" in said and "miscompiles C++ coroutines" in said
    return 0 if refused else 1


if __name__ == "__main__":
    sys.exit(main())
