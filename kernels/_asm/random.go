package main

// Random numbers that are functions of a counter and of a key of 64 bits, for what happens to
// elements at random: a permutation of 32-bit numbers in three rounds of Wellons's hash-prospector
// (2018 to 2022), the first of triple32 and the two of lowbias32 with the constants of TheIronBorn,
// of the counter ^ key0, with key1 put in behind the first. For one key different counters give
// different numbers.

// random32 returns 32 random bits.
func random32(counter, key0, key1 word) word {
	x := xor(counter, key0)
	x = mulWord(xor(x, shiftRight(x, 17)), wordOf("triple32m1", 0xed5ad4bb))
	x = xor(x, key1)
	x = mulWord(xor(x, shiftRight(x, 16)), wordOf("lowbias32m1", 0x21f0aaad))
	x = mulWord(xor(x, shiftRight(x, 15)), wordOf("lowbias32m2", 0xd35a2d97))
	return xor(x, shiftRight(x, 15))
}
