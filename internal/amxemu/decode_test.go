//go:build linux && amd64

package amxemu

import (
	"bytes"
	"debug/elf"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// encodings has what GNU as 2.40 writes for each instruction.
var encodings = []struct {
	text, hex string
	want      inst
}{
	{"ldtilecfg (%rdi)", "c4e2784907", inst{op: LDTILECFG, mem: address{base: 7, index: regNone}}},
	{"ldtilecfg (%r8)", "c4c2784900", inst{op: LDTILECFG, mem: address{base: 8, index: regNone}}},
	{"ldtilecfg (%rsp)", "c4e278490424", inst{op: LDTILECFG, mem: address{base: 4, index: regNone}}},
	{"ldtilecfg 8(%r13)", "c4c278494508", inst{op: LDTILECFG, mem: address{base: 13, index: regNone, disp: 8}}},
	{"ldtilecfg 256(%rbp)", "c4e278498500010000", inst{op: LDTILECFG, mem: address{base: 5, index: regNone, disp: 256}}},
	{"ldtilecfg 16(%rip)", "c4e278490510000000", inst{op: LDTILECFG, mem: address{base: regRIP, index: regNone, disp: 16}}},
	{"ldtilecfg (%rax,%r9,2)", "c4a278490448", inst{op: LDTILECFG, mem: address{base: 0, index: 9, scale: 1}}},
	{"tilerelease", "c4e27849c0", inst{op: TILERELEASE}},
	{"tilezero %tmm0", "c4e27b49c0", inst{op: TILEZERO}},
	{"tilezero %tmm7", "c4e27b49f8", inst{op: TILEZERO, dst: 7}},
	{"tileloadd (%rsi,%rdx,1), %tmm1", "c4e27b4b0c16", inst{op: TILELOADD, dst: 1, mem: address{base: 6, index: 2}}},
	{"tileloadd (%r12,%r14,8), %tmm2", "c4827b4b14f4", inst{op: TILELOADD, dst: 2, mem: address{base: 12, index: 14, scale: 3}}},
	{"tileloadd (%rbp,%rax,1), %tmm3", "c4e27b4b5c0500", inst{op: TILELOADD, dst: 3, mem: address{base: 5, index: 0}}},
	{"tileloadd -128(%r13,%r12,4), %tmm4", "c4827b4b64a580", inst{op: TILELOADD, dst: 4, mem: address{base: 13, index: 12, scale: 2, disp: -128}}},
	{"tileloadd 1024(%rcx,%r15,2), %tmm5", "c4a27b4bac7900040000", inst{op: TILELOADD, dst: 5, mem: address{base: 1, index: 15, scale: 1, disp: 1024}}},
	{"tileloadd (%rbx), %tmm6", "c4e27b4b3423", inst{op: TILELOADD, dst: 6, mem: address{base: 3, index: regNone}}},
	{"tileloadd -4096(,%rdi,1), %tmm6", "c4e27b4b343d00f0ffff", inst{op: TILELOADD, dst: 6, mem: address{base: regNone, index: 7, disp: -4096}}},
	{"tileloaddt1 (%r10,%rbp,1), %tmm0", "c4c2794b042a", inst{op: TILELOADDT1, mem: address{base: 10, index: 5}}},
	{"tileloaddt1 64(%rsp,%rbx,1), %tmm7", "c4e2794b7c1c40", inst{op: TILELOADDT1, dst: 7, mem: address{base: 4, index: 3, disp: 64}}},
	{"tilestored %tmm2, (%r11,%r8,1)", "c4827a4b1403", inst{op: TILESTORED, dst: 2, mem: address{base: 11, index: 8}}},
	{"tilestored %tmm7, -2048(%r9,%r13,4)", "c4827a4bbca900f8ffff", inst{op: TILESTORED, dst: 7, mem: address{base: 9, index: 13, scale: 2, disp: -2048}}},
	{"tdpbf16ps %tmm2, %tmm1, %tmm0", "c4e26a5cc1", inst{op: TDPBF16PS, dst: 0, src1: 1, src2: 2}},
	{"tdpbf16ps %tmm7, %tmm6, %tmm5", "c4e2425cee", inst{op: TDPBF16PS, dst: 5, src1: 6, src2: 7}},
	{"tdpbf16ps %tmm0, %tmm4, %tmm7", "c4e27a5cfc", inst{op: TDPBF16PS, dst: 7, src1: 4, src2: 0}},
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	for _, e := range encodings {
		code := unhex(t, e.hex)
		want := e.want
		want.size = uint8(len(code))
		if got := decode(append(code, 0x90, 0x90)); got != want {
			t.Errorf("%s: decoded as %+v, want %+v", e.text, got, want)
		}
		for n := range code {
			if got := decode(code[:n]); got.op != 0 {
				t.Errorf("%s: %d of %d bytes are decoded as %v", e.text, n, len(code), got.op)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for what, s := range map[string]string{
		"UD2":                               "0f0b90909090",
		"STTILECFG":                         "c4e2794907",
		"TDPBSSD":                           "c4e26b5ec1",
		"TDPFP16PS":                         "c4e26b5cc1",
		"TDPBF16PS of 256 bits":             "c4e26e5cc1",
		"TDPBF16PS with W":                  "c4e2ea5cc1",
		"TDPBF16PS of memory":               "c4e26a5c01",
		"TDPBF16PS with a ninth tile":       "c4e22a5cc1",
		"TILELOADD without an index's byte": "c4e27b4b0f",
		"TILELOADD with a third operand":    "c4e2734b0c16",
		"TILELOADD to a ninth tile":         "c4627b4b0c16",
		"TILELOADD in map 0F3A":             "c4e37b4b0c16",
	} {
		if got := decode(unhex(t, s)); got != (inst{}) {
			t.Errorf("%s: decoded as %+v", what, got)
		}
	}
}

// TestEncodings compares the bytes here and in testdata with what the
// assembler writes.
func TestEncodings(t *testing.T) {
	if _, err := exec.LookPath("as"); err != nil {
		t.Skip("no GNU as")
	}
	var texts []string
	var codes [][]byte
	for _, e := range encodings {
		texts, codes = append(texts, e.text), append(codes, unhex(t, e.hex))
	}
	source, err := os.ReadFile(filepath.Join("testdata", "tiles", "tiles_amd64.s"))
	if err != nil {
		t.Fatal(err)
	}
	digits := regexp.MustCompile(`BYTE \$0x(..)`)
	for line := range strings.Lines(string(source)) {
		if code, text, ok := strings.Cut(line, "//"); ok && strings.Contains(code, "BYTE") && !strings.Contains(text, "as refuses") {
			var b strings.Builder
			for _, m := range digits.FindAllStringSubmatch(code, -1) {
				b.WriteString(m[1])
			}
			texts, codes = append(texts, strings.TrimSpace(text)), append(codes, unhex(t, b.String()))
		}
	}
	object := filepath.Join(t.TempDir(), "o")
	as := exec.Command("as", "--64", "-o", object)
	as.Stdin = strings.NewReader(strings.Join(texts, "\n") + "\n")
	if out, err := as.CombinedOutput(); err != nil {
		if bytes.Contains(out, []byte("no such instruction")) {
			t.Skip("as does not know AMX")
		}
		t.Fatalf("as: %v\n%s", err, out)
	}
	file, err := elf.Open(object)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := file.Section(".text").Data()
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range codes {
		if !bytes.HasPrefix(got, code) {
			t.Fatalf("%s: % x here, as writes % x", texts[i], code, got[:min(maxInst, len(got))])
		}
		got = got[len(code):]
	}
	if len(got) != 0 {
		t.Errorf("as writes % x more", got)
	}
}
