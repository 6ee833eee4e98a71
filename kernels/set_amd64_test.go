//go:build amd64 && !purego

package kernels

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTunedSets(t *testing.T) {
	var isas []string
	for _, s := range tunedSets() {
		isas = append(isas, s.ISA)
	}
	if got, want := fmt.Sprint(isas), "[avx2 avx512]"; got != want {
		t.Errorf("tuned sets are %s, want %s", got, want)
	}
}

// TestAssemblyHygiene looks for what runs correctly and slows everything down
// or fails on other machines: registers left wide, legacy SSE code beside
// wide registers, AVX-512 in files for AVX2.
func TestAssemblyHygiene(t *testing.T) {
	var (
		instruction = regexp.MustCompile(`^\t([A-Z][A-Z0-9.]*)\b`)
		vector      = regexp.MustCompile(`\b[XYZ][0-9]+\b`)
		only512     = regexp.MustCompile(`\b(Z[0-9]+|[XY](1[6-9]|2[0-9]|3[01])|K[0-7])\b`)
	)
	files, err := filepath.Glob("*_amd64.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			returns, previous := 0, ""
			for i, line := range strings.Split(string(text), "\n") {
				m := instruction.FindStringSubmatch(line)
				if m == nil {
					continue
				}
				if m[1] == "RET" {
					returns++
					if previous != "VZEROUPPER" {
						t.Errorf("line %d: RET after %s, want VZEROUPPER", i+1, previous)
					}
				}
				if vector.MatchString(line) && m[1][0] != 'V' && m[1][0] != 'K' {
					t.Errorf("line %d: legacy instruction %s", i+1, m[1])
				}
				if strings.Contains(file, "avx2") && only512.MatchString(line) {
					t.Errorf("line %d: AVX-512 in a file for AVX2: %s", i+1, line)
				}
				previous = m[1]
			}
			if returns == 0 {
				t.Error("no RET found")
			}
		})
	}
}
