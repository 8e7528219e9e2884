package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed scenes.json
var scenesJSON []byte

// texts are ways to say one thing, by language: en and zh.
type texts map[string][]string

// line is one message of a customer.
type line struct {
	// Type is the channel's word; text when empty.
	Type string `json:"type"`
	Text texts  `json:"text"`
	// Tap is the id of a choice in our last reply, in place of a text.
	Tap string `json:"tap"`
}

// scene is what a customer may come for.
type scene struct {
	ID string `json:"id"`
	// Weight is how often it begins a visit; 0 for never.
	Weight int `json:"weight"`
	// Say is what the customer says, in order.
	Say []line `json:"say"`
	// People are answers of an agent.
	People texts `json:"people"`
}

// script is everything that is said.
type script struct {
	Scenes []scene `json:"scenes"`
	// Regular is the visit of the returning persona.
	Regular scene `json:"regular"`
	// Thanks end a visit, Details follow an agent's answer and Closers those;
	// Nudges ask why nobody has answered.
	Thanks  texts `json:"thanks"`
	Details texts `json:"details"`
	Closers texts `json:"closers"`
	Nudges  texts `json:"nudges"`

	total int
}

func readScript() (*script, error) {
	var s script
	if err := json.Unmarshal(scenesJSON, &s); err != nil {
		return nil, fmt.Errorf("read what is said in the demo: %w", err)
	}
	for _, sc := range s.Scenes {
		s.total += sc.Weight
	}
	return &s, nil
}

// draw returns the scene at a point from 0 up to the sum of all weights.
func (s *script) draw(point int) *scene {
	for i := range s.Scenes {
		if point -= s.Scenes[i].Weight; point < 0 {
			return &s.Scenes[i]
		}
	}
	return &s.Scenes[0]
}

// named returns the scene with an id; the first when there is none.
func (s *script) named(id string) *scene {
	for i := range s.Scenes {
		if s.Scenes[i].ID == id {
			return &s.Scenes[i]
		}
	}
	return &s.Scenes[0]
}
