package main

import (
	"fmt"
	"image/color"
	"math"
)

// rgb is a colour.
type rgb struct{ r, g, b uint8 }

// paper is what colours are mixed with: a light grey.
var paper = rgb{0xf4, 0xf4, 0xf0}

// classColour is the colour of a class: Okabe and Ito's colours, which people
// see apart whatever their colour vision (Color Universal Design, 2008), blue
// and orange first.
func classColour(class int) rgb {
	colours := [...]rgb{
		{0x00, 0x72, 0xb2}, {0xe6, 0x9f, 0x00}, {0x00, 0x9e, 0x73}, {0xcc, 0x79, 0xa7},
		{0x56, 0xb4, 0xe9}, {0xd5, 0x5e, 0x00}, {0xf0, 0xe4, 0x42}, {0x55, 0x55, 0x55},
	}
	return colours[class%len(colours)]
}

// mix is the colour a fraction of the way from c to other.
func (c rgb) mix(other rgb, fraction float64) rgb {
	blend := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + fraction*(float64(b)-float64(a)))) }
	return rgb{blend(c.r, other.r), blend(c.g, other.g), blend(c.b, other.b)}
}

// rgba is the colour as package image wants it.
func (c rgb) rgba() color.RGBA { return color.RGBA{c.r, c.g, c.b, 0xff} }

// escape is the terminal's code for the colour, as a foreground (38) or
// background (48).
func (c rgb) escape(ground int, mode colourMode) string {
	switch mode {
	case trueColour:
		return fmt.Sprintf("\x1b[%d;2;%d;%d;%dm", ground, c.r, c.g, c.b)
	case colours256:
		return fmt.Sprintf("\x1b[%d;5;%dm", ground, c.cube())
	default:
		return ""
	}
}

const (
	foreground = 38
	background = 48
)

// cube is the nearest colour of xterm's 6x6x6 cube, whose levels are 0, 95,
// 135, 175, 215 and 255.
func (c rgb) cube() int {
	level := func(v uint8) int {
		if v < 48 {
			return 0
		}
		return max(1, (int(v)-35)/40)
	}
	return 16 + 36*level(c.r) + 6*level(c.g) + level(c.b)
}
