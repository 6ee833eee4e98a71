package main

import "github.com/klauspost/cpuid/v2"

// hasAVX512 reports whether processor and operating system have what BLIS's
// kernels for Skylake and PyTorch's for AVX-512 are made for.
func hasAVX512() bool {
	return cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL)
}
