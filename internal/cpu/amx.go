package cpu

// AMX says why this process cannot multiply bfloat16 numbers in tiles, by the
// AMX-TILE and AMX-BF16 instructions; it is empty if it can. The first call asks
// the operating system to let all threads of the process use tiles, now and
// from then on. Kernels on tiles use AVX-512 too: see Missing.
//
// It is also empty if the environment has NEURONA_AMX_EMULATED=1: then tests run
// kernels under an emulator of the instructions. Only internal/amxemu sets it.
func AMX() string { return missingTiles() }
