package catalog

// What a spelling may hold at most, whoever wrote it: files say what a reader
// is to build out of a few bytes each.
const (
	// MaxLength bounds the bytes of a spelling, as it came and as String
	// writes it: 100 for each of 10,000 layers.
	MaxLength = 1 << 20
	// MaxDepth bounds how many brackets, ( and [, stand within one another.
	MaxDepth = 64
	// MaxValues bounds the values of a spelling, those of all nested ones
	// together. One takes 100 to 170 bytes once it is read.
	MaxValues = 1 << 16
)
