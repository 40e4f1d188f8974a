/** Steps, phones and codes. */
const zh = {
  step: (at: number, of: number) => `第 ${at} 步，共 ${of} 步`,
  phone: "手机号",
  phoneFault: "手机号为 11 位数字，以 1 开头。",
  send: "获取验证码",
  codeTitle: "输入验证码",
  sentTo: (phone: string) => `已发送至 ${phone}，输满六位自动提交，可粘贴。`,
  code: "六位验证码",
  sandboxCode: "沙盒验证码固定为 123456。",
  again: "重新发送",
  againIn: (seconds: number) => `${seconds} 秒后可重发`,
  otherPhone: "换个手机号",
  checking: "正在核对",
};
export default zh;
