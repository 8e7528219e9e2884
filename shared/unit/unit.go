// Package unit writes numbers, shares and durations as people read them, in English and
// Chinese. Reports, mails and charts all write with it, so a figure looks the same
// wherever it stands. It is pure.
package unit

import (
	"math"
	"strconv"
	"strings"
)

// The languages that figures are written in.
const (
	English = "en"
	Chinese = "zh-CN"
)

// Language is the supported one for a tag: Chinese for every kind of Chinese, else English.
func Language(tag string) string {
	if t := strings.ToLower(tag); t == "zh" || strings.HasPrefix(t, "zh-") {
		return Chinese
	}
	return English
}

// Printer writes figures in one language.
type Printer struct{ words words }

// words are the units with their places: $1 and $2 are the numbers.
type words struct{ percent, points, ms, s, min, h, hMin, d, dH string }

// In is the printer of a language tag.
func In(tag string) Printer {
	if Language(tag) == Chinese {
		return Printer{words{"$1%", "$1 个百分点", "$1 毫秒", "$1 秒", "$1 分钟", "$1 小时", "$1 小时 $2 分", "$1 天", "$1 天 $2 小时"}}
	}
	return Printer{words{"$1 %", "$1 pts", "$1 ms", "$1 s", "$1 min", "$1 h", "$1 h $2 min", "$1 d", "$1 d $2 h"}}
}

// Number is 1204 as 1,204.
func (Printer) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Percent is a share in whole percent, and with one decimal below 10 %. Only
// all is 100 %, and only none is 0 %.
func (p Printer) Percent(share float64) string {
	v := math.Round(share*1000) / 10
	switch {
	case v >= 10 && (v <= 99 || share >= 1), share == 0:
		v = math.Round(share * 100) // not of v, which is rounded already
	case v > 99.9:
		v = 99.9
	case v < 0.1:
		v = 0.1
	}
	return fill(p.words.percent, decimal(v))
}

// Points is a difference of shares in percentage points, without its sign.
func (p Printer) Points(delta float64) string {
	return fill(p.words.points, decimal(math.Round(math.Abs(delta)*1000)/10))
}

// Duration is a time in milliseconds, in the largest units that matter: 840 ms, 1.2 s,
// 18 min, 1 h 5 min, 2 d 3 h.
func (p Printer) Duration(ms int64) string {
	const second, minute, hour, day = 1000, 60_000, 3_600_000, 86_400_000
	whole := func(unit int64) int64 { return ms/unit + (ms%unit+unit/2)/unit }
	switch {
	case ms < 950:
		return fill(p.words.ms, p.Number(ms))
	case ms < 9950:
		return fill(p.words.s, decimal(float64((ms+50)/100)/10))
	case ms < 90*second:
		return fill(p.words.s, p.Number(whole(second)))
	case ms < 59*minute+minute/2:
		return fill(p.words.min, p.Number(whole(minute)))
	case ms < day-minute/2:
		return p.two(whole(minute), 60, p.words.h, p.words.hMin)
	}
	return p.two(whole(hour), 24, p.words.d, p.words.dH)
}

func (p Printer) two(n, per int64, one, both string) string {
	if n%per == 0 {
		return fill(one, p.Number(n/per))
	}
	return fill(both, p.Number(n/per), p.Number(n%per))
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func fill(pattern string, numbers ...string) string {
	for i, n := range numbers {
		pattern = strings.Replace(pattern, "$"+strconv.Itoa(i+1), n, 1)
	}
	return pattern
}

// Short is a number for a narrow place: five digits stay as they are, above them it is
// 123k, 1.2M or 3.4B, in Chinese 12.3万 or 1.2亿.
func (p Printer) Short(n int64) string {
	if n < 100_000 {
		return p.Number(n)
	}
	steps := []step{{1e9, "B"}, {1e6, "M"}, {1e3, "k"}}
	if p.words == In(Chinese).words {
		steps = []step{{1e8, "亿"}, {1e4, "万"}}
	}
	for _, s := range steps {
		if v := float64(n) / s.size; v >= 1 {
			return p.scaled(v) + s.name
		}
	}
	return p.Number(n)
}

type step struct {
	size float64
	name string
}

// scaled has one decimal below 100, and is cut rather than rounded, so that it never
// reaches the next step.
func (p Printer) scaled(v float64) string {
	if v < 100 {
		return decimal(math.Floor(v*10) / 10)
	}
	return p.Number(int64(v))
}
