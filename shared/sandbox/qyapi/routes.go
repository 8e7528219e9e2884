package qyapi

import "net/http"

// routes are all calls that the sandbox knows, by their path below /cgi-bin/.
func routes() map[string]route {
	get := func(read reader) route { return route{method: http.MethodGet, read: read} }
	post := func(read reader) route { return route{method: http.MethodPost, read: read} }
	return map[string]route{
		"media/upload": {method: http.MethodPost, form: true, read: mediaUpload},

		"gettoken": {method: http.MethodGet, open: true, read: asked(getToken)},

		"message/send":                 post(posted(messageSend)),
		"message/recall":               post(posted(recall)),
		"message/update_template_card": post(posted(updateCard)),
		"menu/create":                  post(posted(menuCreate)),
		"menu/get":                     get(asked(menuGet)),
		"menu/delete":                  get(asked(menuDelete)),
		"appchat/create":               post(posted(chatCreate)),
		"appchat/update":               post(posted(chatUpdate)),
		"appchat/get":                  get(asked(chatGet)),
		"appchat/send":                 post(posted(chatSend)),
		"webhook/send":                 {method: http.MethodPost, open: true, read: posted(robotSend)},
		"aibot/response":               {method: http.MethodPost, open: true, read: posted(botRespond)},

		"kf/sync_msg":               post(posted(syncMsg)),
		"kf/send_msg":               post(posted(kfSend)),
		"kf/send_msg_on_event":      post(posted(kfSendOnEvent)),
		"kf/service_state/get":      post(posted(stateGet)),
		"kf/service_state/trans":    post(posted(stateTrans)),
		"kf/account/list":           post(posted(accountList)),
		"kf/add_contact_way":        post(posted(contactWay)),
		"kf/servicer/list":          get(asked(servicerList)),
		"kf/customer/batchget":      post(posted(customerBatch)),
		"kf/get_corp_statistic":     post(posted(corpStatistic)),
		"kf/get_servicer_statistic": post(posted(servicerStatistic)),

		"externalcontact/get_user_behavior_data":           post(posted(behavior)),
		"externalcontact/groupchat/statistic":              post(posted(groupStatistic)),
		"externalcontact/groupchat/statistic_group_by_day": post(posted(groupByDay)),
	}
}
