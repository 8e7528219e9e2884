package mail

// colour is that of a part of a bar: answered by templates (bot), by people, by
// nobody (none).
func colour(kind string) markup {
	switch kind {
	case "bot":
		return "#0f7b6c"
	case "people":
		return "#dc9c33"
	}
	return "#cc5540"
}

// tone is the class and the style of a change, as far as the end of its colour.
func tone(mood string) markup {
	switch mood {
	case "good":
		return `goodt" style="color:#0b6a5c`
	case "bad":
		return `badt" style="color:#b23c27`
	}
	return `mut" style="color:#66757a`
}

// panel is the style of the box with the reasons for a verdict.
func panel(level string) markup {
	switch level {
	case good:
		return "background:#e3f3ef;color:#0a5348"
	case fair:
		return "background:#fdf1da;color:#76520c"
	case poor:
		return "background:#fbe6e1;color:#8a2c1b"
	}
	return "background:#f6f5f1;color:#4a5a5e"
}

// shade is a cell of the heat map, 0 to heatLevels.
func shade(level int) markup {
	return [heatLevels + 1]markup{"#f1efe9", "#d3e9e4", "#a5d3c9", "#67b5a6", "#2c9080", "#085a4e"}[level]
}
