/** Navigation of the developer pages. */
const zh = {
  start: "开始",
  personas: "体验角色",
  faults: "故障注入",
  magic: "魔法值",
  events: "事件日志",
  webhooks: "Webhook",
  reference: "接口文档",
  sandboxOnly: "开发者页面只在沙盒中提供；正式环境请使用接口与密钥。",
};
export default zh;
