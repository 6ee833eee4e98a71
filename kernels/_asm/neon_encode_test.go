package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// encodings are every form with registers and numbers at both ends of their
// ranges, and the words that GNU as (binutils 2.40) makes of them.
var encodings = []struct {
	form   form
	values []int
	word   uint32
}{
	{fADD, []int{0, 31, 1}, 0x4e21d7e0},             // FADD V0.4S, V31.4S, V1.4S
	{fADD, []int{31, 0, 30}, 0x4e3ed41f},            // FADD V31.4S, V0.4S, V30.4S
	{fSUB, []int{0, 31, 1}, 0x4ea1d7e0},             // FSUB V0.4S, V31.4S, V1.4S
	{fSUB, []int{31, 1, 30}, 0x4ebed43f},            // FSUB V31.4S, V1.4S, V30.4S
	{fMUL, []int{0, 31, 1}, 0x6e21dfe0},             // FMUL V0.4S, V31.4S, V1.4S
	{fMUL, []int{31, 2, 30}, 0x6e3edc5f},            // FMUL V31.4S, V2.4S, V30.4S
	{fDIV, []int{0, 31, 1}, 0x6e21ffe0},             // FDIV V0.4S, V31.4S, V1.4S
	{fDIV, []int{31, 3, 30}, 0x6e3efc7f},            // FDIV V31.4S, V3.4S, V30.4S
	{fMAX, []int{0, 31, 1}, 0x4e21f7e0},             // FMAX V0.4S, V31.4S, V1.4S
	{fMAX, []int{31, 4, 30}, 0x4e3ef49f},            // FMAX V31.4S, V4.4S, V30.4S
	{fMIN, []int{0, 31, 1}, 0x4ea1f7e0},             // FMIN V0.4S, V31.4S, V1.4S
	{fMIN, []int{31, 5, 30}, 0x4ebef4bf},            // FMIN V31.4S, V5.4S, V30.4S
	{fADDP, []int{0, 31, 1}, 0x6e21d7e0},            // FADDP V0.4S, V31.4S, V1.4S
	{fADDP, []int{31, 6, 30}, 0x6e3ed4df},           // FADDP V31.4S, V6.4S, V30.4S
	{fCMEQ, []int{0, 31, 1}, 0x4e21e7e0},            // FCMEQ V0.4S, V31.4S, V1.4S
	{fCMEQ, []int{31, 7, 30}, 0x4e3ee4ff},           // FCMEQ V31.4S, V7.4S, V30.4S
	{fCMGT, []int{0, 31, 1}, 0x6ea1e7e0},            // FCMGT V0.4S, V31.4S, V1.4S
	{fCMGT, []int{31, 8, 30}, 0x6ebee51f},           // FCMGT V31.4S, V8.4S, V30.4S
	{fACGT, []int{0, 31, 1}, 0x6ea1efe0},            // FACGT V0.4S, V31.4S, V1.4S
	{fACGT, []int{31, 8, 30}, 0x6ebeed1f},           // FACGT V31.4S, V8.4S, V30.4S
	{fCMGT0, []int{0, 31}, 0x4ea0cbe0},              // FCMGT V0.4S, V31.4S, #0
	{fCMGT0, []int{31, 9}, 0x4ea0c93f},              // FCMGT V31.4S, V9.4S, #0
	{fCMLT0, []int{0, 31}, 0x4ea0ebe0},              // FCMLT V0.4S, V31.4S, #0
	{fCMLT0, []int{31, 10}, 0x4ea0e95f},             // FCMLT V31.4S, V10.4S, #0
	{fABS, []int{0, 31}, 0x4ea0fbe0},                // FABS V0.4S, V31.4S
	{fABS, []int{31, 11}, 0x4ea0f97f},               // FABS V31.4S, V11.4S
	{fSQRT, []int{0, 31}, 0x6ea1fbe0},               // FSQRT V0.4S, V31.4S
	{fSQRT, []int{31, 11}, 0x6ea1f97f},              // FSQRT V31.4S, V11.4S
	{fNEG, []int{0, 31}, 0x6ea0fbe0},                // FNEG V0.4S, V31.4S
	{fNEG, []int{31, 11}, 0x6ea0f97f},               // FNEG V31.4S, V11.4S
	{fRINTM, []int{0, 31}, 0x4e219be0},              // FRINTM V0.4S, V31.4S
	{fRINTM, []int{31, 12}, 0x4e21999f},             // FRINTM V31.4S, V12.4S
	{fRINTN, []int{0, 31}, 0x4e218be0},              // FRINTN V0.4S, V31.4S
	{fRINTN, []int{31, 12}, 0x4e21899f},             // FRINTN V31.4S, V12.4S
	{fCVTNS, []int{0, 31}, 0x4e21abe0},              // FCVTNS V0.4S, V31.4S
	{fCVTNS, []int{31, 13}, 0x4e21a9bf},             // FCVTNS V31.4S, V13.4S
	{sCVTF, []int{0, 31}, 0x4e21dbe0},               // SCVTF V0.4S, V31.4S
	{sCVTF, []int{31, 14}, 0x4e21d9df},              // SCVTF V31.4S, V14.4S
	{fMAXV, []int{0, 31}, 0x6e30fbe0},               // FMAXV S0, V31.4S
	{fMAXV, []int{31, 14}, 0x6e30f9df},              // FMAXV S31, V14.4S
	{mUL, []int{0, 31, 1}, 0x4ea19fe0},              // MUL V0.4S, V31.4S, V1.4S
	{mUL, []int{31, 8, 30}, 0x4ebe9d1f},             // MUL V31.4S, V8.4S, V30.4S
	{uCMHS, []int{0, 31, 1}, 0x6ea13fe0},            // CMHS V0.4S, V31.4S, V1.4S
	{uCMHS, []int{31, 8, 30}, 0x6ebe3d1f},           // CMHS V31.4S, V8.4S, V30.4S
	{sSHR, []int{0, 31, 1}, 0x4f3f07e0},             // SSHR V0.4S, V31.4S, #1
	{sSHR, []int{31, 15, 31}, 0x4f2105ff},           // SSHR V31.4S, V15.4S, #31
	{fMLAElement, []int{0, 31, 1, 3}, 0x4fa11be0},   // FMLA V0.4S, V31.4S, V1.S[3]
	{fMLAElement, []int{31, 16, 30, 1}, 0x4fbe121f}, // FMLA V31.4S, V16.4S, V30.S[1]
	{fADDDouble, []int{0, 31, 1}, 0x4e61d7e0},       // FADD V0.2D, V31.2D, V1.2D
	{fADDDouble, []int{31, 17, 30}, 0x4e7ed63f},     // FADD V31.2D, V17.2D, V30.2D
	{fADDPDouble, []int{0, 31}, 0x7e70dbe0},         // FADDP D0, V31.2D
	{fADDPDouble, []int{31, 18}, 0x7e70da5f},        // FADDP D31, V18.2D
	{fCVTL, []int{0, 31}, 0x0e617be0},               // FCVTL V0.2D, V31.2S
	{fCVTL, []int{31, 19}, 0x0e617a7f},              // FCVTL V31.2D, V19.2S
	{fCVTL2, []int{0, 31}, 0x4e617be0},              // FCVTL2 V0.2D, V31.4S
	{fCVTL2, []int{31, 20}, 0x4e617a9f},             // FCVTL2 V31.2D, V20.4S
}

func TestEncode(t *testing.T) {
	seen := map[form]int{}
	for _, e := range encodings {
		seen[e.form]++
		if word, text := e.form.encode(e.values...); word != e.word {
			t.Errorf("%s is %#08x, want %#08x", text, word, e.word)
		}
	}
	for _, f := range forms() {
		if seen[f] < 2 {
			t.Errorf("%s %s stands in the table %d times, want 2 or more", f.name, f.operands, seen[f])
		}
	}
}

// TestEncodeAsGNU compares the table, and every register in every place, with
// the GNU assembler.
func TestEncodeAsGNU(t *testing.T) {
	var source strings.Builder
	var words []uint32
	var texts []string
	for _, f := range forms() {
		for i := range 32 {
			values := []int{i, (i + 11) % 32}
			if strings.Contains(f.operands, "Vm") {
				values = append(values, (i+22)%32)
			}
			switch {
			case strings.Contains(f.operands, "[i]"):
				values = append(values, i%4)
			case strings.Contains(f.operands, "#i"):
				values = append(values, max(i, 1)) // a shift by 0 is not one
			}
			word, text := f.encode(values...)
			words, texts = append(words, word), append(texts, text)
			fmt.Fprintln(&source, text)
		}
	}
	code := assembleWithGNU(t, "aarch64-linux-gnu", source.String())
	if len(code) != 4*len(words) || len(words) == 0 {
		t.Fatalf("GNU as made %d bytes of %d instructions", len(code), len(words))
	}
	for i, word := range words {
		if want := binary.LittleEndian.Uint32(code[4*i:]); word != want {
			t.Errorf("%s is %#08x, want %#08x", texts[i], word, want)
		}
	}
}
