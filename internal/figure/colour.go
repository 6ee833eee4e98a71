package figure

import (
	"fmt"
	"image/color"
	"math"
)

// rgb is a colour.
type rgb struct{ r, g, b uint8 }

// Palette gives roles their colours.
type Palette struct {
	colours [roles]rgb
	text    [roles]rgb // where text has the role: more contrast
}

// Light is the palette for white ground: the colours of Okabe and Ito, which
// people see apart whatever their colour vision (Color Universal Design, 2008);
// the orange is a little darker, so that it is seen on tinted ground too.
func Light() Palette {
	return Palette{
		colours: [roles]rgb{
			{0x1a, 0x1a, 0x1a}, {0x59, 0x59, 0x59}, {0xdd, 0xdd, 0xdd}, {0xff, 0xff, 0xff},
			{0x00, 0x72, 0xb2}, {0xc6, 0x54, 0x00}, {0x00, 0x9e, 0x73}, {0xcc, 0x79, 0xa7},
		},
		text: [roles]rgb{
			{0x1a, 0x1a, 0x1a}, {0x59, 0x59, 0x59}, {0x59, 0x59, 0x59}, {0xff, 0xff, 0xff},
			{0x00, 0x5f, 0x95}, {0xa8, 0x4a, 0x00}, {0x00, 0x6e, 0x50}, {0x96, 0x45, 0x72},
		},
	}
}

// Dark is the palette for dark ground, with the lighter of Okabe and Ito's
// colours.
func Dark() Palette {
	colours := [roles]rgb{
		{0xea, 0xea, 0xe6}, {0xb0, 0xb4, 0xb8}, {0x3c, 0x40, 0x46}, {0x16, 0x18, 0x1c},
		{0x56, 0xb4, 0xe9}, {0xe6, 0x9f, 0x00}, {0x2c, 0xc2, 0x96}, {0xdd, 0x95, 0xbe},
	}
	text := colours
	text[Grid] = colours[Muted]
	return Palette{colours, text}
}

// colour is the colour of marks that have a role.
func (p Palette) colour(r Role) rgb { return p.colours[r] }

// textColour is the colour of text that has a role.
func (p Palette) textColour(r Role) rgb { return p.text[r] }

// paint is the colour of an area.
func (p Palette) paint(paint Paint) rgb {
	return p.colours[Paper].mix(p.colours[paint.Role], float64(paint.tint())/tints)
}

// mix is the colour a fraction of the way from c to other.
func (c rgb) mix(other rgb, fraction float64) rgb {
	blend := func(a, b uint8) uint8 {
		return uint8(math.Round(float64(a) + float64(fraction*(float64(b)-float64(a)))))
	}
	return rgb{blend(c.r, other.r), blend(c.g, other.g), blend(c.b, other.b)}
}

// hex is the colour as CSS has it.
func (c rgb) hex() string {
	if c.r>>4 == c.r&15 && c.g>>4 == c.g&15 && c.b>>4 == c.b&15 {
		return fmt.Sprintf("#%x%x%x", c.r&15, c.g&15, c.b&15)
	}
	return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b)
}

// rgba is the colour as package image has it.
func (c rgb) rgba() color.RGBA { return color.RGBA{c.r, c.g, c.b, 0xff} }
