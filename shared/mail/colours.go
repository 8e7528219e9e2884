package mail

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
