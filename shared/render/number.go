package render

import (
	"math"
	"strconv"
	"strings"
)

func arithmetic(f func(a, b float64) float64) filterFunc {
	return func(v any, args ...any) (any, error) {
		a, err := asNumber(v)
		if err != nil {
			return nil, err
		}
		b, err := asNumber(arg(args, 0))
		if err != nil {
			return nil, err
		}
		return number(f(a, b))
	}
}

// number gives a whole number where it is one, and no noise of binary fractions
// else: 19.9 × 3 is 59.7.
func number(n float64) (any, error) {
	if math.IsNaN(n) || math.Abs(n) > 1e12 {
		return nil, reason("a calculation has no result that can be written")
	}
	if n == math.Trunc(n) {
		return int(n), nil
	}
	const digits = 1e9
	return math.Round(n*digits) / digits, nil
}

func round(v any, args ...any) (any, error) {
	n, err := asNumber(v)
	if err != nil {
		return nil, err
	}
	places := 0.0
	if len(args) > 0 {
		if places, err = asNumber(args[0]); err != nil {
			return nil, err
		}
	}
	scale := math.Pow10(int(max(min(places, 9), 0)))
	return number(math.Round(n*scale) / scale)
}

// numberFilter writes a number as the language does: 1,234.50 or 1.234,50.
func numberFilter(n *names) filterFunc {
	return func(v any, args ...any) (any, error) {
		value, err := asNumber(v)
		if err != nil {
			return nil, err
		}
		if math.Abs(value) > 1e12 {
			return nil, reason("a calculation has no result that can be written")
		}
		places := -1
		if len(args) > 0 {
			p, err := asNumber(args[0])
			if err != nil {
				return nil, err
			}
			places = int(max(min(p, 9), 0))
		}
		return group(strconv.FormatFloat(value, 'f', places, 64), n), nil
	}
}

// group puts the language's separators into a plain decimal.
func group(s string, n *names) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(n.thousands)
		}
		b.WriteRune(d)
	}
	if hasFraction {
		b.WriteString(n.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}
