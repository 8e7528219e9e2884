package qyapi

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// robotBody is the request of webhook/send (W:91770).
type robotBody struct {
	Type string `json:"msgtype"`

	content content
	raw     []byte
}

// UnmarshalJSON keeps the objects of the types, too.
func (b *robotBody) UnmarshalJSON(data []byte) error {
	type plain robotBody
	b.raw = data
	return json.Unmarshal(data, (*plain)(b))
}

func (b *robotBody) about() Request { return Request{Type: b.Type} }

func (b *robotBody) check(*Sandbox) *refusal {
	var r *refusal
	b.content, r = contentOf(b.raw, b.Type, robotShapes())
	return r
}

// robotShapes: B12. What is too long is refused with 40058 (?).
func robotShapes() map[string]shape {
	return map[string]shape{
		"text": of[cutText], "markdown": markdown(40058, 4096, false), "markdown_v2": markdown(40058, 4096, false),
		"image": of[picture], "news": of[news], "file": of[media], "voice": of[media], "template_card": of[robotCard],
	}
}

// picture is an image inside the request: at most 2 MB, with its MD5.
type picture struct {
	Base64 string `json:"base64"`
	MD5    string `json:"md5"`
}

func (b *picture) check() *refusal {
	data, err := base64.StdEncoding.DecodeString(b.Base64)
	sum := md5.Sum(data)
	switch {
	case err != nil || len(data) == 0:
		return refuse(40058, "image.base64 is not Base64")
	case len(data) > 2<<20:
		return refuse(40009, "the image is larger than 2 MB")
	case hex.EncodeToString(sum[:]) != b.MD5:
		return refuse(301019, "image.md5 is not that of the image")
	}
	return nil
}
func (b *picture) see() seen { return seen{text: "[image]"} }

// robotCard is a card of a robot, which can only push: a notice.
type robotCard struct{ card }

func (b *robotCard) check() *refusal {
	if b.Type != textNotice && b.Type != newsNotice {
		return refuse(42027, "a robot sends text_notice and news_notice only")
	}
	return b.card.check()
}

// robotSend: 20 messages a minute (W:91770). The key in the address is the only
// credential.
func robotSend(s *Sandbox, c *caller, b *robotBody) (answer, *refusal) {
	key := c.query.Get("key")
	robot, known := s.robots[key]
	switch {
	case !known:
		return nil, refuse(93000, "invalid webhook url")
	case robot.Stopped:
		return nil, refuse(93004, "the robot is stopped")
	}
	name := s.robotName(key)
	if !s.rates.spend(bound{rateKey{"robot", name}, s.cfg.Limits.Robot, time.Minute, true}, s.cfg.Now(), 1) {
		return nil, refuse(45009, "api freq out of limit")
	}
	id, err := s.id("")
	if err != nil {
		return nil, noID(err)
	}
	s.enter(SentMessage{ID: id, Via: ViaRobot, From: name, Type: b.Type, Body: b.content.raw, Text: b.content.text})
	return nil, nil
}

// robotName stands for a key, which is a secret.
func (s *Sandbox) robotName(key string) string {
	i := slices.IndexFunc(s.cfg.Robots, func(r Robot) bool { return r.Key == key })
	return "robot " + strconv.Itoa(i+1)
}
