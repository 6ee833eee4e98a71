package main

import (
	"fmt"
	"strings"
)

// form is a form of an Advanced SIMD instruction that Go's assembler does not
// know, so that it goes into the file as a number (WORD). Go 1.26 has loads,
// stores, moves, shifts left, and of arithmetic on floats only FMLA and FMLS.
type form struct {
	name     string // as in the Arm Architecture Reference Manual
	code     uint32 // the encoding with all its operands 0
	operands string // with registers d, n and m, element or shift count i
}

// The forms in use. The test of encode compares them with GNU as.
var (
	fADD   = form{"FADD", 0x4e20d400, "Vd.4S, Vn.4S, Vm.4S"}
	fSUB   = form{"FSUB", 0x4ea0d400, "Vd.4S, Vn.4S, Vm.4S"}
	fMUL   = form{"FMUL", 0x6e20dc00, "Vd.4S, Vn.4S, Vm.4S"}
	fDIV   = form{"FDIV", 0x6e20fc00, "Vd.4S, Vn.4S, Vm.4S"}
	fMAX   = form{"FMAX", 0x4e20f400, "Vd.4S, Vn.4S, Vm.4S"}
	fMIN   = form{"FMIN", 0x4ea0f400, "Vd.4S, Vn.4S, Vm.4S"}
	fADDP  = form{"FADDP", 0x6e20d400, "Vd.4S, Vn.4S, Vm.4S"}
	fCMEQ  = form{"FCMEQ", 0x4e20e400, "Vd.4S, Vn.4S, Vm.4S"}
	fCMGT  = form{"FCMGT", 0x6ea0e400, "Vd.4S, Vn.4S, Vm.4S"}
	fACGT  = form{"FACGT", 0x6ea0ec00, "Vd.4S, Vn.4S, Vm.4S"} // of magnitudes
	fCMGT0 = form{"FCMGT", 0x4ea0c800, "Vd.4S, Vn.4S, #0"}
	fCMLT0 = form{"FCMLT", 0x4ea0e800, "Vd.4S, Vn.4S, #0"}
	fABS   = form{"FABS", 0x4ea0f800, "Vd.4S, Vn.4S"}
	fSQRT  = form{"FSQRT", 0x6ea1f800, "Vd.4S, Vn.4S"}
	fNEG   = form{"FNEG", 0x6ea0f800, "Vd.4S, Vn.4S"}
	fRINTN = form{"FRINTN", 0x4e218800, "Vd.4S, Vn.4S"}
	fRINTM = form{"FRINTM", 0x4e219800, "Vd.4S, Vn.4S"}
	fCVTNS = form{"FCVTNS", 0x4e21a800, "Vd.4S, Vn.4S"}
	sCVTF  = form{"SCVTF", 0x4e21d800, "Vd.4S, Vn.4S"}
	fMAXV  = form{"FMAXV", 0x6e30f800, "Sd, Vn.4S"}
	mUL    = form{"MUL", 0x4ea09c00, "Vd.4S, Vn.4S, Vm.4S"}
	uCMHS  = form{"CMHS", 0x6ea03c00, "Vd.4S, Vn.4S, Vm.4S"} // unsigned, not less
	sSHR   = form{"SSHR", 0x4f000400, "Vd.4S, Vn.4S, #i"}

	fMLAElement = form{"FMLA", 0x4f801000, "Vd.4S, Vn.4S, Vm.S[i]"}

	// On float64.
	fADDDouble  = form{"FADD", 0x4e60d400, "Vd.2D, Vn.2D, Vm.2D"}
	fADDPDouble = form{"FADDP", 0x7e70d800, "Dd, Vn.2D"}
	fCVTL       = form{"FCVTL", 0x0e617800, "Vd.2D, Vn.2S"}
	fCVTL2      = form{"FCVTL2", 0x4e617800, "Vd.2D, Vn.4S"}
)

// forms returns all of them.
func forms() []form {
	return []form{
		fADD, fSUB, fMUL, fDIV, fMAX, fMIN, fADDP, fCMEQ, fCMGT, fACGT, fCMGT0, fCMLT0, fABS, fSQRT, fNEG, fRINTN, fRINTM, fCVTNS, sCVTF, fMAXV, mUL, uCMHS, sSHR, fMLAElement, fADDDouble, fADDPDouble, fCVTL, fCVTL2,
	}
}

// encode returns the instruction with the operands d, n, m and i, as far as
// the form has them, in that order: as a number and as the manual writes it.
func (f form) encode(values ...int) (word uint32, text string) {
	word, text = f.code, f.name+" "+f.operands
	take := func(letter string, bits int) uint32 {
		if len(values) == 0 || values[0] < 0 || values[0] >= 1<<bits {
			panic(fmt.Sprintf("%s %s: no operand %s of %d bits: %v", f.name, f.operands, letter, bits, values))
		}
		value := values[0]
		values = values[1:]
		text = strings.NewReplacer("V"+letter, fmt.Sprintf("V%d", value), "S"+letter, fmt.Sprintf("S%d", value),
			"D"+letter, fmt.Sprintf("D%d", value), "#"+letter, fmt.Sprintf("#%d", value),
			"["+letter+"]", fmt.Sprintf("[%d]", value)).Replace(text)
		return uint32(value)
	}
	word |= take("d", 5)
	word |= take("n", 5) << 5
	if strings.Contains(f.operands, "Vm") {
		word |= take("m", 5) << 16
	}
	switch {
	case strings.Contains(f.operands, "[i]"): // bits H and L
		i := take("i", 2)
		word |= i>>1<<11 | i&1<<21
	case strings.Contains(f.operands, "#i"): // a shift right of 32-bit lanes counts down from 64
		word |= (64 - take("i", 5)) << 16
	}
	if len(values) != 0 {
		panic(fmt.Sprintf("%s %s: %v left over", f.name, f.operands, values))
	}
	return word, text
}
