package kernels

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNEONHygiene looks, on every machine, for what arm64 code must not do
// and tests on one system do not show: touch registers that belong to a
// platform, to Go's runtime or to its assembler; go on past a function's end;
// hide an instruction in a number.
func TestNEONHygiene(t *testing.T) {
	var (
		instruction = regexp.MustCompile(`^\t([A-Z][A-Z0-9.]*)(.*)$`)
		reserved    = regexp.MustCompile(`\b(R18|R2[6-9]|R3[01]|RSP|g)\b`)
		spelled     = regexp.MustCompile(`^\t\$0x[0-9a-f]{8} // [A-Z0-9]+ [VSD][0-9]`)
	)
	files, err := filepath.Glob("*_neon_arm64.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			functions, last := 0, "RET"
			for i, line := range append(strings.Split(string(text), "\n"), "TEXT") {
				if strings.HasPrefix(line, "TEXT") || strings.HasPrefix(line, "DATA") {
					if last != "RET" {
						t.Errorf("line %d: the function before ends with %s", i+1, last)
					}
					if strings.HasPrefix(line, "TEXT ") {
						functions, last = functions+1, "nothing"
					}
					continue
				}
				m := instruction.FindStringSubmatch(line)
				if m == nil {
					continue
				}
				last = m[1]
				operands, _, _ := strings.Cut(m[2], "//")
				if r := reserved.FindString(operands); r != "" {
					t.Errorf("line %d: uses %s", i+1, r)
				}
				if m[1] == "WORD" && !spelled.MatchString(m[2]) {
					t.Errorf("line %d: a number without its instruction: %s", i+1, line)
				}
			}
			if functions == 0 {
				t.Error("no functions found")
			}
		})
	}
}
