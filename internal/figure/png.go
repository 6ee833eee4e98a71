package figure

import (
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// SlideScale makes a figure that is 640 units wide as wide as slides are: 1600
// pixels.
const SlideScale = 2.5

// mostPixels bounds an image each way.
const mostPixels = 16384

// WritePNG writes the figure as an image with so many pixels in a unit, in the
// light palette. Its font is Liberation Sans; a character that this does not
// have is an error.
func (f *Figure) WritePNG(w io.Writer, scale float64) error {
	if err := f.valid(); err != nil {
		return err
	}
	width, height := math.Round(f.Width*scale), math.Round(f.Height*scale)
	if !(width >= 1 && height >= 1 && width <= mostPixels && height <= mostPixels) {
		return fmt.Errorf("figure %q: an image of it is %v x %v pixels, want at least 1 and at most %d each way", f.Name, width, height, mostPixels)
	}
	const dpi = 72 // a point is a pixel
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(Light().colour(Paper).rgba()))
	p := &picture{canvas: c, palette: Light(), scale: scale, height: height}
	f.draw(p)
	if p.err != nil {
		return fmt.Errorf("figure %q: %w", f.Name, p.err)
	}
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// picture is the canvas of PNG.
type picture struct {
	canvas  *vgimg.Canvas
	palette Palette
	scale   float64
	height  float64 // in pixels
	err     error
}

// at is a place in pixels, from the bottom left corner.
func (p *picture) at(q Point) vg.Point {
	return vg.Point{X: vg.Length(q.X * p.scale), Y: vg.Length(p.height - q.Y*p.scale)}
}

// path is straight lines between points.
func (p *picture) path(points []Point, closed bool) vg.Path {
	var path vg.Path
	for i, q := range points {
		if i == 0 {
			path.Move(p.at(q))
		} else {
			path.Line(p.at(q))
		}
	}
	if closed {
		path.Close()
	}
	return path
}

// stroke draws the edge of a path.
func (p *picture) stroke(path vg.Path, k Stroke) {
	p.canvas.SetColor(p.palette.colour(k.Role).rgba())
	p.canvas.SetLineWidth(vg.Length(k.Width * p.scale))
	var dash []vg.Length
	for _, d := range k.Dash.pattern(k.Width) {
		dash = append(dash, vg.Length(d*p.scale))
	}
	p.canvas.SetLineDash(dash, 0)
	p.canvas.Stroke(path)
}

// fill paints what a path surrounds.
func (p *picture) fill(path vg.Path, paint Paint) {
	if paint.tint() == 0 {
		return
	}
	p.canvas.SetColor(p.palette.paint(paint).rgba())
	p.canvas.Fill(path)
}

func (p *picture) filled(path vg.Path, paint Paint, outline Stroke) {
	p.fill(path, paint)
	if outline.Width > 0 {
		p.stroke(path, outline)
	}
}

func (p *picture) polyline(m Polyline) {
	k := m.Stroke.line()
	for _, run := range runs(m.Points) {
		path := p.path(run, false)
		if m.Cased {
			p.stroke(path, Stroke{Role: Paper, Width: k.Width + 2.5})
		}
		p.stroke(path, k)
	}
}

func (p *picture) area(m Area) {
	p.filled(p.path(m.Points, true), m.Fill, m.Outline)
	p.hatching(m.hatching(), m.Fill.Role)
}

func (p *picture) hatching(lines []segment, role Role) {
	var path vg.Path
	for _, l := range lines {
		path.Move(p.at(l.from))
		path.Line(p.at(l.to))
	}
	if path != nil {
		p.canvas.SetColor(p.palette.colour(Paper).mix(p.palette.colour(role), 0.6).rgba())
		p.canvas.SetLineWidth(vg.Length(hatchWidth * p.scale))
		p.canvas.SetLineDash(nil, 0)
		p.canvas.Stroke(path)
	}
}

// round is the path of a circle.
func (p *picture) round(center Point, radius float64) vg.Path {
	var path vg.Path
	c, r := p.at(center), vg.Length(radius*p.scale)
	path.Move(vg.Point{X: c.X + r, Y: c.Y})
	path.Arc(c, r, 0, 2*math.Pi)
	path.Close()
	return path
}

func (p *picture) points(m Points) {
	solid, rim := Paint{m.Style.Role, 1}, Stroke{Role: Paper, Width: pointRim}
	if m.Style.Shape == Ring {
		solid, rim = Paint{Paper, 1}, Stroke{Role: m.Style.Role, Width: pointWidth}
	}
	for _, q := range m.At {
		if !finite(q.X, q.Y) {
			continue
		}
		polygon, lines := m.Style.Shape.outline(q, m.Style.size())
		switch {
		case polygon != nil:
			p.filled(p.path(polygon, true), solid, rim)
		case lines != nil:
			for _, l := range lines {
				p.stroke(p.path(l[:], false), Stroke{Role: m.Style.Role, Width: pointWidth})
			}
		default:
			p.filled(p.round(q, m.Style.size()/2), solid, rim)
		}
	}
}

func (p *picture) arrow(m Arrow) {
	head, end := m.head()
	k := m.Stroke.line()
	p.stroke(p.path([]Point{m.From, end}, false), k)
	p.fill(p.path(head, true), Paint{k.Role, 1})
}

func (p *picture) cells(m Cells) {
	for _, l := range m.painted() {
		p.canvas.SetColor(p.palette.paint(l.paint).rgba())
		for _, b := range l.blocks {
			// Whole pixels, so that no seams are between blocks.
			whole := func(tenth int) float64 { return math.Round(float64(tenth)/10*p.scale) / p.scale }
			p.canvas.Fill(p.path(corners(Rect{Point{whole(b.x0), whole(b.y0)}, Point{whole(b.x1), whole(b.y1)}}), true))
		}
	}
	lines := m.hatching()
	for role := range roles {
		p.hatching(lines[role], role)
	}
}

func (p *picture) circle(m Circle) { p.filled(p.round(m.Center, m.Radius), m.Fill, m.Outline) }

func (p *picture) box(m Box) {
	r := m.Radius
	if r == 0 {
		p.filled(p.path(corners(m.Rect), true), m.Fill, m.Outline)
		return
	}
	var path vg.Path
	path.Move(p.at(Point{m.Max.X, m.Min.Y + r}))
	for i, c := range []Point{{m.Max.X - r, m.Min.Y + r}, {m.Min.X + r, m.Min.Y + r}, {m.Min.X + r, m.Max.Y - r}, {m.Max.X - r, m.Max.Y - r}} {
		path.Arc(p.at(c), vg.Length(r*p.scale), float64(i)*math.Pi/2, math.Pi/2)
	}
	path.Close()
	p.filled(path, m.Fill, m.Outline)
}

func (p *picture) text(m Text) {
	face, err := p.face(m)
	if err != nil {
		if p.err == nil {
			p.err = err
		}
		return
	}
	at := p.at(m.At)
	switch m.Anchor {
	case Middle:
		at.X -= face.Width(m.Text) / 2
	case End:
		at.X -= face.Width(m.Text)
	}
	if m.Halo {
		p.canvas.SetColor(p.palette.colour(Paper).rgba())
		const directions = 12
		for i := range directions {
			angle := 2 * math.Pi * float64(i) / directions
			p.canvas.FillString(face, vg.Point{
				X: at.X + vg.Length(haloWidth*p.scale*math.Cos(angle)),
				Y: at.Y + vg.Length(haloWidth*p.scale*math.Sin(angle)),
			}, m.Text)
		}
	}
	p.canvas.SetColor(p.palette.textColour(m.Role).rgba())
	p.canvas.FillString(face, at, m.Text)
}

// Styles and weights as golang.org/x/image/font counts them.
const (
	italic = 1
	bold   = 3
)

// face is the font for a text.
func (p *picture) face(m Text) (font.Face, error) {
	want := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if m.Italic {
		want.Style = italic
	}
	if m.Bold {
		want.Weight = bold
	}
	for _, face := range liberation.Collection() {
		if face.Font != want {
			continue
		}
		for _, r := range m.Text {
			if glyph, err := face.Face.GlyphIndex(nil, r); err != nil || glyph == 0 {
				return face, fmt.Errorf("the text %q: the font of images has no %q", m.Text, r)
			}
		}
		face.Font.Size = vg.Length(m.size() * p.scale)
		return face, nil
	}
	return font.Face{}, fmt.Errorf("the font %v is missing", want.Name())
}
