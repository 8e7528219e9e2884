package qyapi

import (
	"regexp"
	"slices"
)

// listBody is the request of kf/account/list.
type listBody struct {
	Offset int `json:"offset"`
	Limit  int `json:"limit"`
}

func (b *listBody) about() Request { return Request{Type: "account_list"} }

func (b *listBody) check(*Sandbox) *refusal {
	if b.Offset < 0 || b.Limit < 0 || b.Limit > 100 {
		return refuse(40058, "offset must not be negative, limit be 1 to 100")
	}
	return nil
}

// accountList lists the accounts that the app may use.
func accountList(s *Sandbox, c *caller, b *listBody) (answer, *refusal) {
	list := []any{}
	for _, a := range s.cfg.Accounts {
		if a.Agent == c.app.AgentID {
			list = append(list, map[string]any{"open_kfid": a.OpenKFID, "name": a.Name, "avatar": "https://wework.example/avatar.png", "manage_privilege": true})
		}
	}
	list = list[min(b.Offset, len(list)):]
	return answer{"account_list": list[:min(orElse(b.Limit, 100), len(list))]}, nil
}

// servicerList: status 0 is on duty, 1 is off.
func servicerList(s *Sandbox, c *caller) (answer, *refusal) {
	a, r := s.account(c, c.query.Get("open_kfid"))
	if r != nil {
		return nil, r
	}
	list := []any{}
	for _, id := range a.Servicers {
		status := 0
		if a.off[id] {
			status = 1
		}
		list = append(list, map[string]any{"userid": id, "status": status})
	}
	return answer{"servicer_list": list}, nil
}

// batchBody is the request of kf/customer/batchget: 1 to 100 customers.
type batchBody struct {
	Customers []string `json:"external_userid_list"`
	Context   int      `json:"need_enter_session_context"`
}

func (b *batchBody) about() Request { return Request{Type: "customer_batchget"} }

func (b *batchBody) check(*Sandbox) *refusal {
	if len(b.Customers) < 1 || len(b.Customers) > 100 {
		return refuse(40058, "external_userid_list must have 1 to 100 entries")
	}
	return nil
}

func customerBatch(s *Sandbox, _ *caller, b *batchBody) (answer, *refusal) {
	known, unknown := []any{}, []string{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(b.Customers))) {
		who, ok := s.customers[id]
		if !ok {
			unknown = append(unknown, id)
			continue
		}
		known = append(known, map[string]any{
			"external_userid": id, "nickname": who.Name, "avatar": "https://wx.example/0", "gender": 0, "unionid": who.UnionID,
		})
	}
	return answer{"customer_list": known, "invalid_external_userid": unknown}, nil
}

var sceneName = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// wayBody is the request of kf/add_contact_way.
type wayBody struct {
	Account string `json:"open_kfid"`
	Scene   string `json:"scene"`
}

func (b *wayBody) about() Request { return Request{From: b.Account, Type: "contact_way"} }

func (b *wayBody) check(*Sandbox) *refusal {
	if !sceneName.MatchString(b.Scene) {
		return refuse(40058, "scene must be at most 32 of 0-9a-zA-Z_-")
	}
	return need(40063, "open_kfid", b.Account)
}

// contactWay gives the link that opens a chat with the account.
func contactWay(s *Sandbox, c *caller, b *wayBody) (answer, *refusal) {
	a, r := s.account(c, b.Account)
	if r != nil {
		return nil, r
	}
	link := "https://work.weixin.example/kf/" + a.OpenKFID
	if b.Scene != "" {
		link += "?enc_scene=" + b.Scene
	}
	return answer{"url": link}, nil
}
