package optim

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// torchSchedule is an entry of testdata/schedules.json.
type torchSchedule struct {
	Name, Kind string
	Base       float64
	Settings   struct {
		Mode          string
		Factor        float64
		Patience      int
		Threshold     float64
		ThresholdMode string `json:"threshold_mode"`
		Cooldown      int
		MinLR         float64 `json:"min_lr"`
		Eps           float64
		TMax          int     `json:"T_max"`
		EtaMin        float64 `json:"eta_min"`
	}
	Rates, Metric []float64
}

func torchSchedules(t *testing.T) []torchSchedule {
	t.Helper()
	text, err := os.ReadFile("testdata/schedules.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Schedules []torchSchedule }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Schedules
}

// plateau returns an entry as a schedule. One that watches for the highest value sees the
// negative of each: for the values there, which are positive, that is the same.
func (e torchSchedule) plateau() (s Schedule, sign float64) {
	c, sign := e.Settings, 1.0
	if c.Mode == "max" {
		sign = -1
	}
	threshold := Threshold(c.Threshold)
	if c.ThresholdMode == "abs" {
		threshold = AbsoluteThreshold(c.Threshold)
	}
	floor := c.MinLR / e.Base
	if c.Eps > 1e-6 { // the rate stays where it would change by less: at the last one
		floor = slices.Min(e.Rates) / e.Base
	}
	return Plateau(c.Factor, c.Patience, threshold, Cooldown(c.Cooldown), Floor(floor)), sign
}

// TestPyTorchsSchedules compares rates with those of torch.optim.lr_scheduler, to the
// tolerance that the file states. A plateau's state is taken to another observer, of the
// same schedule, at each step; a third that follows a warm-up does the same later.
func TestPyTorchsSchedules(t *testing.T) {
	kinds := map[string]int{}
	for _, e := range torchSchedules(t) {
		kinds[e.Kind]++
		near := func(what string, step int, got float64) {
			t.Helper()
			if want := e.Rates[step]; !(math.Abs(got-want) <= 1e-12*e.Base+1e-10*want) {
				t.Errorf("%s: rate of step %d %s is %v, want %v", e.Name, step+1, what, got, want)
			}
		}
		if e.Kind == "CosineAnnealingLR" {
			s := Cosine(Over(e.Settings.TMax), Floor(e.Settings.EtaMin/e.Base))
			for i := range min(len(e.Rates), e.Settings.TMax+1) { // beyond, PyTorch's rises again
				near("", i, s.Rate(e.Base, Progress{Step: i + 1}))
			}
			continue
		}
		s, sign := e.plateau()
		const rise = 7
		one, later := Start(s), Start(Warmup(rise, s))
		for i := range rise - 1 {
			later.Observe(Progress{Step: i + 2}, math.Inf(-1)) // of the warm-up, to be ignored
		}
		falls := 0
		for i := range e.Rates {
			if i > 0 && e.Rates[i] < e.Rates[i-1] {
				falls++
			}
			near("", i, one.Rate(e.Base, Progress{Step: i + 1}))
			near("after a warm-up", i, later.Rate(e.Base, Progress{Step: rise + i + 1}))
			one.Observe(Progress{Step: i + 2}, sign*e.Metric[i])
			later.Observe(Progress{Step: rise + i + 2}, sign*e.Metric[i])
			again := Start(s)
			if err := again.SetState(one.State()); err != nil {
				t.Fatalf("%s: %v", e.Name, err)
			}
			one = again
		}
		if falls < 2 {
			t.Errorf("%s falls %d times, which says little", e.Name, falls)
		}
	}
	if kinds["ReduceLROnPlateau"] != 5 || kinds["CosineAnnealingLR"] != 2 {
		t.Errorf("there are %v", kinds)
	}
}

// TestObserversAreApart: a schedule is shared, what is observed is not.
func TestObserversAreApart(t *testing.T) {
	s := Plateau(0.5, 0)
	one, two := Start(s), Start(s)
	one.Observe(Progress{Step: 2}, 1)
	one.Observe(Progress{Step: 3}, 1)
	for what, c := range map[string]struct{ got, want float64 }{
		"the one that has seen it": {one.Rate(8, Progress{}), 4},
		"the other":                {two.Rate(8, Progress{}), 8},
		"the schedule":             {s.Rate(8, Progress{}), 8},
		"a new one":                {Start(s).Rate(8, Progress{}), 8},
	} {
		if c.got != c.want {
			t.Errorf("the rate of %s is %v, want %v", what, c.got, c.want)
		}
	}
	for _, s := range []Schedule{Constant(), Cosine(), Warmup(3, Constant()), Warmup(3, nil)} {
		if Start(s) != nil {
			t.Errorf("%s observes", s)
		}
	}
}

// TestPlateauAwkwardValues: NaN is never better, any number is at first, and a best below
// zero is as hard to beat as one above.
func TestPlateauAwkwardValues(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		opts   []PlateauOption
		falls  int
	}{
		"NaN":                  {[]float64{math.NaN(), math.NaN()}, nil, 2},
		"a number after NaN":   {[]float64{math.NaN(), 1e300, math.NaN()}, nil, 2},
		"the same below zero":  {[]float64{-2, -2, -2}, nil, 2},
		"zero":                 {[]float64{0, 0}, nil, 1},
		"infinities":           {[]float64{math.Inf(1), 5, math.Inf(-1), math.Inf(-1)}, []PlateauOption{Threshold(0.1)}, 2},
		"a threshold of 0":     {[]float64{3, 3 - 1e-15, 3 - 1e-15}, []PlateauOption{Threshold(0)}, 1},
		"less than a fraction": {[]float64{3, 2.8}, []PlateauOption{Threshold(0.1)}, 1},
		"more than a fraction": {[]float64{3, 2.6}, []PlateauOption{Threshold(0.1)}, 0},
		"less than a number":   {[]float64{3, 2.95}, []PlateauOption{AbsoluteThreshold(0.1)}, 1},
		"cooldown":             {[]float64{3, 3, 3, 3, 3, 3}, []PlateauOption{Cooldown(2)}, 2},
	} {
		o := Start(Plateau(0.5, 0, c.opts...))
		for i, v := range c.values {
			o.Observe(Progress{Step: i + 2}, v)
		}
		if got, want := o.Rate(1, Progress{}), math.Ldexp(1, -c.falls); got != want {
			t.Errorf("%s: a rate of %v, want %v", name, got, want)
		}
	}
}

func TestPlateauRefusesStates(t *testing.T) {
	s := Plateau(0.5, 3, Cooldown(1), Floor(0.25))
	o := Start(Warmup(3, s))
	o.Observe(Progress{Step: 5}, 2)
	before := o.State()
	nan := math.NaN()
	for _, state := range [][]float64{nil, {1, 0, 0}, {1, 0, 0, 1, 0}, {nan, 0, 0, 1}, {1, nan, 0, 1}, {1, 4, 0, 1}, {1, 0.5, 0, 1}, {1, 0, -1, 1}, {1, 0, 2, 1}, {1, 0, 0, nan}, {1, 0, 0, 0.2}, {1, 0, 0, 2}} {
		if err := o.SetState(state); err == nil {
			t.Errorf("%v is taken for a state", state)
		}
		if !slices.Equal(o.State(), before) {
			t.Fatalf("%v has changed the state to %v", state, o.State())
		}
	}
	if err := o.SetState([]float64{math.Inf(1), 3, 1, 0.25}); err != nil {
		t.Error(err)
	}
}
