package compare

import "strings"

// labels are the fields of a playbook in the order in which people are told them: name,
// English, Chinese. The same name means the same wherever it stands.
const fields = `
languages|languages|语言
templates|templates|模板
filters|filters|过滤规则
hours|hours|营业时间
teams|teams|团队
welcome|welcome|欢迎语
away|away reply|非营业时间回复
fallback|fallback|兜底回复
channels|channels|渠道
places|places|位置
menus|menus|菜单
survey|survey|满意度调查
safety|bounds of automatic replies|自动回复限制
cap|most replies|回复上限
replies|replies|回复次数
loop|loop guard|循环保护
times|times in a row|连续次数
pause|pause|暂停时长
quick|one answer within|合并回复时间
return|templates answer again|模板恢复回复
opt_out|words to opt out|退订词
words|words to opt out|退订词
back|words to opt in|恢复订阅词
confirm|confirmation|确认模板
confirm_back|confirmation of opting in|恢复订阅确认模板
notices|notices|通知
safety|safety|安全限制
variables|variables|变量
examples|examples|示例
id|id|编号
date|date|日期
name|name|名称
off|off|停用
from|valid from|生效时间
until|valid until|失效时间
time_zone|time zone|时区
language|language|语言
locale|locale|语言地区
only|only for|仅用于
shape|shape|形式
when||
all|all of|全部满足
any|any of|任一满足
not|not|不满足
contains|text contains|文字包含
whole_word|word|整词
exact|exact text|完全一致
starts_with|start|开头
ends_with|end|结尾
case|capitals count|区分大小写
fuzzy|similar text|近似文字
phrases|phrases|词句
percent|per cent|百分比
regex|pattern|正则表达式
type|type|类型
choice|choice|选项
tags|tags|标签
started_by|started by|发起方
attribute|attribute|属性
since|since|间隔
count|count|次数
changed|changed|变更
first_contact|first contact|首次联系
people|people in charge|人工接管
muted|muted|静音
blocked|blocked|拉黑
calendar|calendar|日历
is|is|为
present|present|存在
above|above|大于
below|below|小于
before|before|早于
after|after|之后
within|within|在此之内
weekly||
mon|Monday|周一
tue|Tuesday|周二
wed|Wednesday|周三
thu|Thursday|周四
fri|Friday|周五
sat|Saturday|周六
sun|Sunday|周日
exceptions|day|日期
spans|hours|时段
then||
reply|reply|回复
team_hours|hours of the team|按团队营业时间
new_contact|for new contacts|新客户
assign|team|分配团队
assignee|agent|负责人
tag|added tags|添加标签
untag|removed tags|移除标签
priority|priority|优先级
status|status|状态
note|private note|内部备注
hand_off|hand-off to people|转人工
mute|mute|静音
block|block|屏蔽
notify|notices|通知
follow_up|follow-up|跟进
if|if|条件
ignore|ignore|忽略
continue|continue|继续匹配
cooldown|cooldown|冷却时间
variants||
header|header|标题
text|text|文字
footer|footer|页脚
buttons|button|按钮
title|title|标题
description|description|说明
open|opening words|展开文字
sections|section|分组
rows|row|行
link|link|链接
url|address|网址
label|label|链接文字
articles|article|图文
picture|picture|图片
media|file|文件
kind|kind|种类
approved|approved template|已批准模板
named|named parameters|命名参数
index|place|位置
payload|payload|按钮数据
params|parameters|参数
category|category|类别
servicers|servicers|接待人员
members|member|成员
capacity|capacity|最多会话数
wecom|WeCom account|企业微信账号
reassign|given to another after|改派时间
sla|promise|承诺
first|first answer|首次回复
next|next answers|后续回复
resolve|resolution|解决
warn|warning before|预警时间
channel|channel|渠道
team|team|团队
ask|question|提问模板
thanks|thanks|致谢模板
on|events|事件
to|channels|发送到
mention|mentions|提醒成员
quiet|quiet hours|免打扰
webhooks|webhooks too|含 Webhook
cap|cap of replies|回复上限
replies|replies|回复数
loop|loop guard|防循环
times|times|次数
pause|pause|暂停
quick|quick messages|连续消息
return|return after|恢复时间
opt_out|opt-out|退订
words|words|词语
back|words to come back|恢复订阅词
confirm|confirmation|退订确认
confirm_back|confirmation of coming back|恢复确认
message|message|消息
at|at|时间
attributes|attributes|属性
expect|expected|预期
filter|filter|规则
template|template|模板
outcome|outcome|结果
`

func labels() map[string]label {
	all := map[string]label{}
	for i, line := range strings.Split(strings.TrimSpace(fields), "\n") {
		if cells := strings.Split(line, "|"); len(cells) == 3 {
			all[cells[0]] = label{both{cells[1], cells[2]}, i}
		}
	}
	return all
}
