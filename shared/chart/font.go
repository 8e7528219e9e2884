package chart

func face(string) markup { return "" }
