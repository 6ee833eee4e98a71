#include "textflag.h"

// Go's assembler has no tile instructions: each is its bytes, with what GNU as
// calls it behind.

// func product(cfg *config, a, b, c *byte, blocks int)
// C (16x16) += the sum over blocks of A (16x32, 64 bytes a row) times B
// (32x16 in pairs); the tiles of A and of B stand one behind the other.
TEXT ·product(SB), NOSPLIT, $0-40
	MOVQ cfg+0(FP), R8
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), R12
	MOVQ c+24(FP), R13
	MOVQ blocks+32(FP), CX
	MOVQ $64, R14
	MOVQ $16, DX
	BYTE $0xC4; BYTE $0xC2; BYTE $0x78; BYTE $0x49; BYTE $0x00                         // ldtilecfg (%r8)
	BYTE $0xC4; BYTE $0x82; BYTE $0x7B; BYTE $0x4B; BYTE $0x44; BYTE $0x35; BYTE $0x00 // tileloadd 0(%r13,%r14,1), %tmm0

loop:
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x1C; BYTE $0x96             // tileloadd (%rsi,%rdx,4), %tmm3
	BYTE $0xC4; BYTE $0x82; BYTE $0x79; BYTE $0x4B; BYTE $0x3C; BYTE $0x34             // tileloaddt1 (%r12,%r14,1), %tmm7
	BYTE $0xC4; BYTE $0xE2; BYTE $0x42; BYTE $0x5C; BYTE $0xC3                         // tdpbf16ps %tmm7, %tmm3, %tmm0
	ADDQ $1024, SI
	ADDQ $1024, R12
	DECQ CX
	JNE  loop
	BYTE $0xC4; BYTE $0x82; BYTE $0x7A; BYTE $0x4B; BYTE $0x44; BYTE $0x35; BYTE $0x00 // tilestored %tmm0, 0(%r13,%r14,1)
	BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0xC0                         // tilerelease
	RET

// func copyTile(cfg *config, dst, src *byte, stride int)
TEXT ·copyTile(SB), NOSPLIT, $0-32
	MOVQ cfg+0(FP), AX
	MOVQ dst+8(FP), DI
	MOVQ src+16(FP), SI
	MOVQ stride+24(FP), DX
	BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0x00             // ldtilecfg (%rax)
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $0xC8             // tilezero %tmm1
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x0C; BYTE $0x16 // tileloadd (%rsi,%rdx,1), %tmm1
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7A; BYTE $0x4B; BYTE $0x0C; BYTE $0x17 // tilestored %tmm1, (%rdi,%rdx,1)
	BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0xC0             // tilerelease
	RET

// func configure(cfg *config)
TEXT ·configure(SB), NOSPLIT, $0-8
	MOVQ cfg+0(FP), AX
	BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0x00 // ldtilecfg (%rax)
	RET

// func release()
TEXT ·release(SB), NOSPLIT, $0-0
	BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0xC0 // tilerelease
	RET

// func zero()
TEXT ·zero(SB), NOSPLIT, $0-0
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $0xC0 // tilezero %tmm0
	RET

// func dot()
TEXT ·dot(SB), NOSPLIT, $0-0
	BYTE $0xC4; BYTE $0xE2; BYTE $0x42; BYTE $0x5C; BYTE $0xC3 // tdpbf16ps %tmm7, %tmm3, %tmm0
	RET

// func dotEqual()
TEXT ·dotEqual(SB), NOSPLIT, $0-0
	BYTE $0xC4; BYTE $0xE2; BYTE $0x62; BYTE $0x5C; BYTE $0xC3 // tdpbf16ps %tmm3, %tmm3, %tmm0 (as refuses to)
	RET

// func undefined()
TEXT ·undefined(SB), NOSPLIT, $0-0
	UD2
	RET
