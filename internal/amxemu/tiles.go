//go:build linux && amd64

package amxemu

import "encoding/binary"

// What palette 1 gives.
const (
	numTiles  = 8
	maxRows   = 16
	rowBytes  = 64
	tileBytes = maxRows * rowBytes
)

// shape is a tile's part of the configuration; a tile of no rows may not be
// used.
type shape struct{ rows, colsb int }

// tile is a tile's data; what its shape leaves out is zero.
type tile [maxRows][rowBytes]byte

// tiles is the AMX state of a thread. Its zero value is that of a thread that
// has not configured its tiles.
type tiles struct {
	shapes   [numTiles]shape
	startRow int // of the next load or store, which with every other instruction set it to zero
	data     [numTiles]tile
}

// configure loads a configuration and zeroes the tiles. It reports false,
// having changed nothing, if block is not valid.
func (s *tiles) configure(block *[64]byte) bool {
	var next tiles
	switch block[0] {
	case 0: // the state of TILERELEASE, whatever the other bytes
		*s = next
		return true
	case 1:
	default:
		return false
	}
	var reserved byte
	for _, part := range [][]byte{block[2:16], block[32:48], block[56:]} {
		for _, b := range part {
			reserved |= b
		}
	}
	if reserved != 0 {
		return false
	}
	for i := range next.shapes {
		sh := shape{rows: int(block[48+i]), colsb: int(binary.LittleEndian.Uint16(block[16+2*i:]))}
		if sh.rows > maxRows || sh.colsb > rowBytes || (sh.rows == 0) != (sh.colsb == 0) {
			return false
		}
		next.shapes[i] = sh
	}
	next.startRow = int(block[1])
	*s = next
	return true
}

// zero is TILEZERO. It reports false if t is not configured.
func (s *tiles) zero(t uint8) bool {
	if s.shapes[t].rows == 0 {
		return false
	}
	s.data[t] = tile{}
	s.startRow = 0
	return true
}

// moved returns the shape that a load or store of t moves, and whether it is
// one that may be moved.
func (s *tiles) moved(t uint8) (shape, bool) {
	sh := s.shapes[t]
	return sh, s.startRow < sh.rows && sh.colsb%4 == 0
}

// load fills t from the rows, one behind the other, that are not before the
// start row.
func (s *tiles) load(t uint8, rows []byte) {
	var next tile
	colsb := s.shapes[t].colsb
	for r := range next {
		if r < s.startRow {
			next[r] = s.data[t][r] // an interrupted load goes on
		} else {
			rows = rows[copy(next[r][:colsb], rows):]
		}
	}
	s.data[t] = next
	s.startRow = 0
}

// store is the opposite of load: it writes the rows of t from the start row on
// to rows.
func (s *tiles) store(t uint8, rows []byte) {
	sh := s.shapes[t]
	for r := s.startRow; r < sh.rows; r++ {
		rows = rows[copy(rows, s.data[t][r][:sh.colsb]):]
	}
}

// dot is TDPBF16PS: C[m][n] += sum over k of A[m][2k] B[k][2n] + A[m][2k+1] B[k][2n+1].
// As in the operation that Intel's manual gives for the instruction, even and
// odd products are two chains of multiply-adds that start at zero; their sum
// is added to C. (The intrinsics guide shows one chain that starts at C; the
// manual binds the processor, and Bochs emulates it so, too.) It reports false,
// having changed nothing, if the tiles are not different, not configured or do not fit.
func (s *tiles) dot(c, a, b uint8) bool {
	sc, sa, sb := s.shapes[c], s.shapes[a], s.shapes[b]
	switch {
	case c == a || c == b || a == b,
		sc.rows == 0 || sa.rows == 0 || sb.rows == 0,
		sc.colsb%4 != 0 || sa.colsb%4 != 0,
		sc.rows != sa.rows || sc.colsb != sb.colsb || sa.colsb/4 != sb.rows:
		return false
	}
	const dwords = rowBytes / 4
	var even, odd [maxRows][dwords]float64 // B
	for k := range sb.rows {
		for n := range sb.colsb / 4 {
			even[k][n], odd[k][n] = widen(s.data[b][k][4*n:])
		}
	}
	for m := range sc.rows {
		var sumEven, sumOdd [dwords]float32
		for k := range sb.rows {
			x, y := widen(s.data[a][m][4*k:])
			for n := range sc.colsb / 4 {
				sumEven[n] = add(x*even[k][n], sumEven[n])
				sumOdd[n] = add(y*odd[k][n], sumOdd[n])
			}
		}
		for n := range sc.colsb / 4 {
			sum := add(float64(sumEven[n]), sumOdd[n])
			old := flushed(binary.LittleEndian.Uint32(s.data[c][m][4*n:]))
			binary.LittleEndian.PutUint32(s.data[c][m][4*n:], bits(add(float64(sum), old)))
		}
	}
	s.startRow = 0
	return true
}
