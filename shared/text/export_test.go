package text

// ByTrigrams is the part of [Detect] that compares which letters follow each other.
var ByTrigrams = byTrigrams
