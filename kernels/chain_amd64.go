//go:build amd64 && !purego

package kernels

func avx2Chains() []Chain {
	return []Chain{{Width: 8, Vectors: 2, Narrow: chainPassNarrowAVX2, Wide: chainPassWideAVX2, Reduce: chainReduceAVX2}}
}

// avx512Chains leaves small batches to AVX2, whose divisions and reductions
// take less time. Whole steps of 2-4-8-1, 8-8-1, 4-16-3, 8-16-16-2 and
// 16-16-16-16, ReLU, in ns, avx512 against avx2:
//
//	batch  4: 246/201 252/196  334/261   778/646  1670/1095
//	batch 16: 285/240 284/254  382/371   827/817  1855/1540
//	batch 32: 411/372 415/388  580/582 1274/1314  3085/2556
//	batch 64: 533/624 547/635 800/1010 1749/2270  3932/4578
func avx512Chains() []Chain {
	small := avx2Chains()[0]
	small.Batch = 32
	return []Chain{small, {Width: 16, Vectors: 4, Narrow: chainPassNarrowAVX512, Wide: chainPassWideAVX512, Reduce: chainReduceAVX512}}
}
