package chart

import (
	"math"
	"strconv"
	"testing"
)

type rgb [3]float64

// linear is a colour as amounts of light.
func linear(t *testing.T, hex markup) rgb {
	t.Helper()
	var out rgb
	for i := range out {
		n, err := strconv.ParseUint(string(hex[1+2*i:3+2*i]), 16, 8)
		if err != nil {
			t.Fatalf("%s: %v", hex, err)
		}
		if v := float64(n) / 255; v <= 0.04045 {
			out[i] = v / 12.92
		} else {
			out[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return out
}

// contrast is that of WCAG 2.2: (lighter + 0.05) / (darker + 0.05).
func contrast(a, b rgb) float64 {
	light := func(c rgb) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] + 0.05 }
	return max(light(a), light(b)) / min(light(a), light(b))
}

// The grounds that charts stand on: the mail's card and the page, light and dark.
func grounds(t *testing.T) (lights, darks []rgb) {
	return []rgb{linear(t, "#ffffff")}, []rgb{linear(t, "#1a2123"), linear(t, "#101516")}
}

func TestContrast(t *testing.T) {
	lights, darks := grounds(t)
	for class, least := range map[string]float64{"ink": 4.5, "mut": 4.5, "bot": 3, "people": 3, "none": 3, "quiet": 3, "other": 3} {
		for _, g := range lights {
			if got := contrast(linear(t, of(class).light), g); got < least {
				t.Errorf("%s on light: got %.2f, want %.1f", class, got, least)
			}
		}
		for _, g := range darks {
			if got := contrast(linear(t, of(class).dark), g); got < least {
				t.Errorf("%s on dark: got %.2f, want %.1f", class, got, least)
			}
		}
	}
	for n := range heatLevels + 1 {
		ground, ink := of("h"+strconv.Itoa(n)), of("t"+strconv.Itoa(n))
		if got := contrast(linear(t, ground.light), linear(t, ink.light)); got < 4.5 {
			t.Errorf("the number on shade %d, light: got %.2f, want 4.5", n, got)
		}
		if got := contrast(linear(t, ground.dark), linear(t, ink.dark)); got < 4.5 {
			t.Errorf("the number on shade %d, dark: got %.2f, want 4.5", n, got)
		}
	}
}

// seen is a colour as somebody without red or without green cones sees it (Viénot, Brettel
// and Mollon 1999), in the CIE Lab of it.
func seen(c rgb, without string) rgb {
	m := map[string][3]rgb{
		"all":   {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"red":   {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
		"green": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	}[without]
	var out rgb
	for i := range out {
		out[i] = m[i][0]*c[0] + m[i][1]*c[1] + m[i][2]*c[2]
	}
	return lab(out)
}

func lab(c rgb) rgb {
	f := func(v float64) float64 {
		if v > 0.008856 {
			return math.Cbrt(v)
		}
		return 7.787*v + 16.0/116
	}
	x := f((0.4124*c[0] + 0.3576*c[1] + 0.1805*c[2]) / 0.9505)
	y := f(0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2])
	z := f((0.0193*c[0] + 0.1192*c[1] + 0.9505*c[2]) / 1.089)
	return rgb{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// Two tones of one bar are told apart by everybody: a difference of 2.3 can just be seen,
// and ours is far from it.
func TestTonesAreToldApartWithoutRedOrGreen(t *testing.T) {
	tones := []string{"bot", "people", "none", "quiet", "other"}
	for i, a := range tones {
		for _, b := range tones[i+1:] {
			for _, without := range []string{"all", "red", "green"} {
				for theme, pair := range map[string][2]markup{"light": {of(a).light, of(b).light}, "dark": {of(a).dark, of(b).dark}} {
					x, y := seen(linear(t, pair[0]), without), seen(linear(t, pair[1]), without)
					if d := math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2])); d < 12 {
						t.Errorf("%s and %s, %s, without %s: a difference of %.1f, want 12", a, b, theme, without, d)
					}
				}
			}
		}
	}
}

func TestAColourThatDoesNotExist(t *testing.T) {
	if got := of("pink"); got != (colour{}) {
		t.Errorf("got %v, want none", got)
	}
}
